/** Prints the counts of a vitest JSON report as the last line that CI reads: `N passed, N failed, N skipped`. */
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: summarise-tests.mjs REPORT.json');
  process.exit(2);
}
const report = JSON.parse(readFileSync(file, 'utf8'));
// A file that cannot even be loaded fails without a single test: it must count.
const brokenFiles = report.testResults.filter(
  (/** @type {{ status: string, assertionResults: unknown[] }} */ result) =>
    result.status === 'failed' && result.assertionResults.length === 0,
).length;
const failed = report.numFailedTests + brokenFiles;
console.log(
  `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);

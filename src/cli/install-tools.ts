/** Installs the tools that the tests need, with progress; for the set-up script, not for users. */

import { failureOf } from '../entry/outcome.ts';
import { createReporter } from '../runtime/reporter.ts';
import { findK6 } from '../tools/k6.ts';

export async function installTools(): Promise<void> {
  const reporter = createReporter(process.stderr);
  try {
    const k6 = await findK6({ reporter, signal: new AbortController().signal });
    reporter.info(`k6 ${k6.version} at ${k6.path}`);
  } catch (error) {
    const failure = failureOf(error);
    process.stderr.write(`${failure.message}\n`);
    process.exitCode = failure.exitCode;
  }
}

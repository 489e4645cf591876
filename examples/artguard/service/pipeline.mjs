/**
 * A stand-in for artguard's data pipeline: reads every document of a folder, as the real one fills its knowledge base, and says how many
 * there were. It ends with exit code 1 where there is nothing to read, so that an empty folder is not taken for a success.
 *
 *   DOCUMENTS   the folder (documents, beside this file)
 *   FAIL        any value: ends with exit code 3 half-way
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const { DOCUMENTS = path.join(import.meta.dirname, 'documents'), FAIL } = process.env;

const names = (await readdir(DOCUMENTS)).filter((name) => name.endsWith('.md')).sort();
let words = 0;
for (const name of names) {
  const text = await readFile(path.join(DOCUMENTS, name), 'utf8');
  words += text.split(/\s+/).filter((word) => word !== '').length;
  console.log(`read ${name}`);
  if (FAIL !== undefined) {
    console.error(`could not embed ${name}`);
    process.exit(3);
  }
}
console.log(`${names.length} documents, ${words} words`);
process.exitCode = names.length === 0 ? 1 : 0;

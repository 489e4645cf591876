/** The task before a deployment: takes so many seconds, and fails when another one is at work. */
import { rmSync, writeFileSync } from 'node:fs';

const { MIGRATION_LOCK = 'migration.lock' } = process.env;

/** @param {number} code */
function end(code) {
  rmSync(MIGRATION_LOCK, { force: true });
  process.exit(code);
}

try {
  writeFileSync(MIGRATION_LOCK, '', { flag: 'wx' });
} catch {
  process.stderr.write('another migration is at work\n');
  process.exit(1);
}
process.on('SIGTERM', () => end(143));
setTimeout(() => end(0), Number(process.argv[2]) * 1000);

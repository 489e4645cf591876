/** The command of a rehearsal that `surefoot recover region-failback --hold-writes` runs: what psql would be for a database of RDS. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Writes the program into `directory`; resolves with the command that runs it in a shell. */
export async function holdWritesCommand(directory: string, source: Address, replica: Address): Promise<string> {
  const file = path.join(directory, 'hold-writes.mjs');
  await writeFile(file, program(`http://${source.host}:${source.port}`, `http://${replica.host}:${replica.port}`));
  return `'${process.execPath}' '${file}'`;
}

function program(source: string, replica: string): string {
  return `// Stops writes to a database, says whether its replica has all of them, or lets them in again.
const [source, replica] = ${JSON.stringify([source, replica])};
const positionOf = async (url) => (await (await fetch(url + '/health')).json()).position;
const setReadOnly = async (on) => (await fetch(source + '/settings/read-only', { method: 'PUT', body: String(on) })).ok;
const step = process.env.SUREFOOT_STEP;
const well = step === 'caught-up' ? (await positionOf(replica)) === (await positionOf(source)) : await setReadOnly(step === 'hold');
process.exit(well ? 0 : 1);
`;
}

/** Whether a scan really happened: both scanners end with success on files that they could not read, so nothing is believed without this. */
import type { Reason } from '../../../report/evidence.ts';
import { counted } from '../../../report/format.ts';
import type { TreeScan } from '../findings/finding.ts';

/** The vulnerability database is new every six hours; older than this, a finding of none says little. */
export const DATABASE_MAX_HOURS = 72;

/** How many places a sentence names. */
const NAMED = 5;

export interface FilesParsed {
  readonly parsed: number;
  readonly all: number;
}

/** Pairs of a file and a scanner that had to read it. */
export function filesParsed({ coverage }: Pick<TreeScan, 'coverage'>): FilesParsed {
  return { parsed: coverage.files.filter(({ state }) => state === 'parsed').length, all: coverage.files.length };
}

/** Hours since the database was made; undefined without one. */
export function databaseHours({ database }: Pick<TreeScan, 'database'>, now: string): number | undefined {
  return database === undefined ? undefined : (Date.parse(now) - Date.parse(database.updatedAt)) / 3_600_000;
}

export type Scanned = Pick<TreeScan, 'coverage' | 'database' | 'endOfLifeImages' | 'runs'>;

/** Everything that keeps a scan from proving what it says, one reason a kind; empty when it is proven. `now`: ISO 8601. `what`: whose scan. */
export function unproven(scan: Scanned, what: string, now: string): Reason[] {
  const { files, crashes, problems } = scan.coverage;
  const failed = files.filter(({ state }) => state === 'failed');
  const unclear = files.filter(({ state }) => state === 'unproven');
  const about = (items: readonly string[]) => listed([...new Set(items)]);
  const hours = databaseHours(scan, now);
  const lockFiles = files.filter(({ type }) => type === 'lock-file');
  const reasons: (Reason | false)[] = [
    ...problems.map(({ code, message }): Reason => ({ code, message: `${what}: ${message}` })),
    failed.length > 0 && {
      code: 'files-not-parsed',
      message: `${what}: ${counted(failed.length, 'file')} could not be parsed: ${about(failed.map((one) => `${one.file} (${one.scanner}${one.detail === undefined ? '' : `: ${one.detail}`})`))}`,
    },
    unclear.length > 0 && {
      code: 'files-not-proven',
      message: `${what}: nothing shows that ${counted(unclear.length, 'file')} ${unclear.length === 1 ? 'was' : 'were'} parsed: ${about(unclear.map((one) => `${one.file} (${one.scanner})`))}`,
    },
    crashes.length > 0 && {
      code: 'check-crashed',
      message: `${what}: ${counted(crashes.length, 'check')} crashed: ${about(crashes.map((one) => `${one.rule}${one.file === undefined ? '' : ` on ${one.file}`}`))}`,
    },
    hours !== undefined &&
      !(hours <= DATABASE_MAX_HOURS) && {
        code: 'database-stale',
        message: `${what}: the vulnerability database is ${Math.round(hours)} hours old, more than ${DATABASE_MAX_HOURS}`,
      },
    scan.database === undefined &&
      lockFiles.length > 0 && {
        code: 'no-database',
        message: `${what}: vulnerabilities of ${about(lockFiles.map(({ file }) => file))} were not looked for: there was no database`,
      },
    scan.endOfLifeImages.length > 0 && {
      code: 'image-end-of-life',
      message: `${what}: the system of ${about(scan.endOfLifeImages)} gets no more fixes, so that what is known of it is incomplete`,
    },
    scan.runs.length === 0 && { code: 'nothing-scanned', message: `${what}: no scanner ran` },
  ];
  return reasons.filter((reason) => reason !== false);
}

/** The first few, and how many more. */
export function listed(items: readonly string[], most = NAMED): string {
  const rest = items.length - most;
  return `${items.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

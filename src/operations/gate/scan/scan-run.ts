/** What both scanners' runs have in common: the environment, what a run's end says, and the report that it wrote. */
import type { ScannerRun, ScanProblem } from '../findings/finding.ts';
import type { ScanPorts, ToolOutcome } from './scan-ports.ts';

/** Nothing listens there: what has no business on the network asks this proxy in vain. A module's address in a pull request is anybody's. */
const NO_NETWORK = 'http://127.0.0.1:9';

/** How long one run of a scanner may take. */
export const SCAN_LIMIT_MS = 15 * 60_000;

/** Where the parts of one scan are kept; removed when it ends. */
export interface Scratch {
  readonly folder: string;
  /** Empty, so that nothing in it configures a scanner. */
  readonly empty: string;
}

/** No credentials, a home of its own, and no way out unless `network`. */
export function scannerEnvironment(ports: ScanPorts, { folder, empty }: Scratch, network: boolean) {
  const closed = Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY', 'all_proxy'].map((name) => [
      name,
      NO_NETWORK,
    ]),
  );
  return {
    ...ports.environment.base,
    ...(network ? ports.environment.network : closed),
    HOME: empty,
    TMPDIR: folder,
  };
}

/** Why a run's end is not to be trusted; undefined when it ended as it should. `fatal`: its own last words. */
export function endProblem(
  scanner: 'trivy' | 'checkov',
  what: string,
  outcome: ToolOutcome,
  good: readonly number[],
  fatal: string | undefined,
): ScanProblem | undefined {
  const name = scanner === 'trivy' ? 'Trivy' : 'Checkov';
  const said = fatal ?? lastLine(outcome.stderr);
  const because = said === '' ? '' : `: ${said}`;
  if (outcome.timedOut) {
    return {
      code: 'scanner-timeout',
      scanner,
      message: `${name} did not end ${what} within ${SCAN_LIMIT_MS / 60_000} minutes`,
    };
  }
  if (outcome.code === null) {
    return {
      code: 'scanner-killed',
      scanner,
      message: `${name} was ended by ${outcome.signal ?? 'a signal'} while it scanned ${what}`,
    };
  }
  if (!good.includes(outcome.code)) {
    return {
      code: 'scanner-failed',
      scanner,
      message: `${name} could not scan ${what} (exit code ${outcome.code})${because}`,
    };
  }
  return outcome.truncated
    ? { code: 'log-truncated', scanner, message: `the log of ${name} about ${what} is too long to be read to its end` }
    : undefined;
}

/** The report that a run wrote, or why there is none. `read` throws Error for a shape that it does not know. */
export async function readReport<T>(
  scanner: 'trivy' | 'checkov',
  what: string,
  file: string,
  ports: ScanPorts,
  read: (json: unknown) => T,
): Promise<{ readonly report: T } | { readonly problem: ScanProblem }> {
  const name = scanner === 'trivy' ? 'Trivy' : 'Checkov';
  const text = await ports.files.read(file);
  if (text === undefined || text.trim() === '') {
    return { problem: { code: 'no-output', scanner, message: `${name} wrote no report about ${what}` } };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const message = `the report of ${name} about ${what} is no whole JSON: it may have been cut short`;
    return { problem: { code: 'output-truncated', scanner, message } };
  }
  try {
    return { report: read(json) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the report of ${name} about ${what} has a shape that is not known: ${why}`;
    return { problem: { code: 'output-unknown', scanner, message } };
  }
}

/** For the record; paths of this run's own folder would differ each time and say nothing. */
export function runRecord(
  scanner: 'trivy' | 'checkov',
  version: string,
  args: readonly string[],
  outcome: ToolOutcome,
  scratch: Scratch,
): ScannerRun {
  return {
    scanner,
    version,
    arguments: args.map((argument) => argument.replaceAll(scratch.folder, '$SCRATCH')),
    seconds: outcome.seconds,
    exitCode: outcome.code,
  };
}

function lastLine(stderr: string): string {
  return (stderr.trim().split('\n').at(-1) ?? '').slice(0, 300);
}

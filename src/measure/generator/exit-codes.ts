/** What k6's exit means (`errext/exitcodes/codes.go`, the same in 1.8.1 and 2.2.0). */
import type { Reason } from '../../report/evidence.ts';

export interface K6Exit {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** That surefoot itself asked k6 to stop. */
  readonly stopped: boolean;
}

const CAUSES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  97: ['k6-cloud', 'the cloud test failed'],
  98: ['k6-cloud', 'the progress of the cloud test could not be read'],
  99: ['k6-thresholds', "a threshold of k6's own was crossed, though none are set"],
  100: ['k6-timeout', 'setup timed out'],
  101: ['k6-timeout', 'teardown timed out'],
  102: ['k6-timeout', 'something timed out'],
  103: ['k6-stopped', 'it was stopped through its REST API'],
  104: ['k6-config', 'it refused its configuration'],
  105: ['k6-stopped', 'it was stopped by a signal that surefoot did not send'],
  106: ['k6-config', 'its REST API could not start'],
  107: ['k6-script', 'the script threw an exception'],
  108: ['k6-script', 'the script aborted the test'],
  109: ['k6-crashed', 'it crashed'],
  110: ['k6-script', 'the script marked the test as failed'],
};

/** The exit in words for `generator.exit`, e.g. `0 (own end)`, `105 (stopped by surefoot)`, `SIGKILL`. */
export function describeExit(exit: K6Exit): string {
  if (exit.code === null) {
    return exit.signal ?? 'unknown';
  }
  if (exit.code === 0) {
    return '0 (own end)';
  }
  return exit.code === 105 && exit.stopped ? '105 (stopped by surefoot)' : `${exit.code} (${causeOf(exit.code)[1]})`;
}

/** Whether k6 went down by itself or was taken down, so that what it had not written yet is lost. */
export function wasCutOff(exit: K6Exit): boolean {
  return exit.code === null || exit.code === 109;
}

/** Whether k6 could make nothing of the script, or of its options: it threw while it was read or set up (107), or they are none (104). */
export function isScriptAtFault({ code }: K6Exit): boolean {
  return code === 107 || code === 104;
}

/** The problem that an exit is, if it is one: 0 and a stop that was asked for are none. */
export function exitProblem(exit: K6Exit, stderr: string): Reason | undefined {
  if (exit.code === 0 || (exit.code === 105 && exit.stopped)) {
    return undefined;
  }
  if (exit.code === null) {
    const message = `k6 was ended by ${exit.signal ?? 'an unknown signal'}; what it had not written yet is counted as interrupted`;
    return { code: 'k6-killed', message };
  }
  const [code, cause] = causeOf(exit.code);
  const said = stderr === '' ? '' : `: ${stderr}`;
  return { code, message: `k6 ended with exit code ${exit.code}, ${cause}${said}` };
}

function causeOf(code: number): readonly [string, string] {
  return CAUSES[code] ?? ['k6-failed', 'an error that it gives no code for'];
}

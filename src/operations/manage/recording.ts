/** The evidence of managing one service: one way to begin it, and one to end it when it is cut short. */
import type { Evidence } from '../../report/evidence.ts';
import { CANCELLED } from '../../report/words.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import type { ManageRequest } from './request.ts';

/**
 * Does `work` with a recorder that has the reason that was given as its first event. A cancellation leaves a record of what was done until
 * then; an error is no verdict and goes on.
 */
export async function recorded(
  operation: string,
  title: string,
  request: ManageRequest,
  ports: Ports,
  work: (recorder: Recorder) => Promise<Evidence>,
): Promise<Evidence> {
  const recorder = recorderOf(operation, title, request, ports);
  try {
    return await work(recorder);
  } catch (error) {
    const { aborted, reason } = ports.signal;
    if (!aborted) {
      throw error;
    }
    const by = reason instanceof Error ? reason.message : CANCELLED;
    const next = AFTER_A_CUT[operation] ?? '';
    const message = `${request.target.ecsService}: ${by} before ${operation} was done${next}`;
    return recorder.finish('inconclusive', [{ code: CANCELLED, message }]);
  }
}

const REMEMBERED = '; what was there is remembered on the service';

/** What whoever cancelled has to know, by operation. */
const AFTER_A_CUT: Readonly<Record<string, string>> = {
  pause: `${REMEMBERED}: run pause again to finish it, or resume to undo it`,
  resume: `${REMEMBERED}: run resume again to finish it`,
  restart:
    '; a deployment that it had begun goes on. If the tasks were taken down already, `surefoot resume` brings them back',
  scale: '; `surefoot status` shows which numbers it has now',
  schedule: '; run it again to finish it',
};

function recorderOf(operation: string, title: string, request: ManageRequest, ports: Ports): Recorder {
  const { platform, environment, target, rehearsalSpeed, reason } = request;
  return createRecorder({
    operation,
    title,
    subject: { platform: platform.name, environment: environment.name, service: target.ecsService },
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
    reason,
  });
}

/** Seconds between two moments, to the tenth. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.round(Math.max(0, to.getTime() - from.getTime()) / 100) / 10;
}

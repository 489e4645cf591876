/** `restart-service`: a service that is not healthy is restarted, and seen healthy. How is behind a port: it is the restart of `surefoot restart`. */
import type { Check, Evidence, Reason } from '../../../report/evidence.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { type Planned, type RecoverRequest, refused } from '../request.ts';

/** How the service is now. */
export interface ServiceSeen {
  /** As many tasks as are wanted run and are healthy. */
  readonly healthy: boolean;
  readonly seen: string;
  /** A deployment is under way. */
  readonly deploying: boolean;
  /** Its tasks were taken away, and what was there is remembered on it. */
  readonly takenDown: boolean;
  readonly refusals: readonly Reason[];
  /** What a restart would do. */
  readonly steps: readonly string[];
}

/** One service, and what restarts it. */
export interface ServiceRestart {
  readonly service: string;
  /** How long a deployment that a cut run began may take before it is replaced. */
  readonly deploymentSeconds: number;
  look(): Promise<ServiceSeen>;
  restart(): Promise<Evidence>;
  /** Brings back what a restart had taken down. */
  bringBack(): Promise<Evidence>;
}

/** What a restart that was cut off leaves behind, and this one goes on from. */
const LEFT_BY_A_CUT = new Set(['deployment-running', 'paused', 'no-tasks']);

/** Looks at the service; changes nothing. */
export async function planRestartService(
  request: RecoverRequest,
  restart: ServiceRestart,
  ports: Ports,
): Promise<Planned> {
  const title = `Restart ${restart.service}`;
  if (request.drill) {
    const message = `a restart cannot be drilled beside the service: \`surefoot restart\` restarts a healthy one, \`surefoot rehearse\` on a laptop`;
    return refused(title, [{ code: 'no-drill', message }]);
  }
  const begun = request.run.begun.has('restart');
  const now = await restart.look();
  const refusals = (seen: ServiceSeen) =>
    seen.refusals.filter(({ code }) => !(begun && LEFT_BY_A_CUT.has(code)) && !seen.healthy);
  const last: { reasons: readonly Reason[] } = { reasons: [] };
  return {
    ...refused(title, refusals(now), [`now ${now.seen}`, ...now.steps]),
    service: restart.service,
    guard: async () => refusals(await restart.look()),
    steps: [
      {
        id: 'restart',
        title: `restart ${restart.service} and wait until it is healthy`,
        undo: 'nothing: the same revision runs',
        async done() {
          const seen = await restart.look();
          return seen.healthy && !seen.deploying && !seen.takenDown ? seen.seen : undefined;
        },
        async carryOut(recorder) {
          const evidence = await goOn(begun, request, restart, ports);
          ports.signal.throwIfAborted();
          last.reasons = evidence?.reasons ?? [];
          return evidence === undefined
            ? 'the deployment of the run that was cut off helped'
            : keep(evidence, recorder);
        },
      },
    ],
    verify: async () => [await healthCheck(restart, last.reasons)],
  };
}

/** Undefined: what a cut run had begun helped. */
async function goOn(
  begun: boolean,
  { rehearsalSpeed }: RecoverRequest,
  restart: ServiceRestart,
  ports: Ports,
): Promise<Evidence | undefined> {
  let seen = await restart.look();
  if (!begun) {
    return restart.restart();
  }
  if (seen.takenDown) {
    return restart.bringBack();
  }
  const deadline = ports.clock.now().getTime() + restart.deploymentSeconds * 1000;
  while (seen.deploying && ports.clock.now().getTime() < deadline) {
    ports.reporter.progress(`the deployment of the run that was cut off goes on: ${seen.seen}`);
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
    seen = await restart.look();
  }
  return seen.healthy && !seen.deploying ? undefined : restart.restart();
}

/** Takes what the restart saw into the record. */
export function keep({ checks, measurements, reasons }: Evidence, recorder: Recorder): string {
  for (const check of checks) {
    recorder.check(check);
  }
  for (const measurement of measurements) {
    recorder.measure(measurement);
  }
  return reasons.map(({ message }) => message).join('; ');
}

async function healthCheck(restart: ServiceRestart, reasons: readonly Reason[]): Promise<Check> {
  const { healthy, seen } = await restart.look();
  const why = reasons.map(({ message }) => message).join('; ');
  return {
    name: `health of ${restart.service}`,
    verdict: healthy ? 'pass' : 'fail',
    expected: 'as many tasks as are wanted run and are healthy',
    observed: healthy || why === '' ? seen : `${seen}: ${why}`,
  };
}

/** A load of several levels, with what the service uses and costs at each of them beside it. */
import { OutsideError } from '../../../errors.ts';
import type { Check, Evidence, Reason, Series, Verdict } from '../../../report/evidence.ts';
import { CANCELLED } from '../../../report/words.ts';
import type { LoadPorts } from '../load.ts';
import { runLoad } from '../load.ts';
import type { PlannedLoad } from '../plan.ts';
import { isStarved, loadOf } from '../views.ts';
import type { ScalingField } from './field.ts';
import { type Price, scalingChecks, scalingOf } from './judge.ts';
import { findWatched, readMetrics, timingOf, type WatchPorts, watchTasks } from './watch.ts';

/** Runs what was planned and watches the service meanwhile. @throws InputError when the service is not there or the load was refused */
export async function runScaling(
  planned: PlannedLoad,
  field: ScalingField,
  price: Price | undefined,
  ports: LoadPorts & WatchPorts,
): Promise<Evidence> {
  const { target, rehearsalSpeed, compress } = planned.request;
  const timing = timingOf(rehearsalSpeed);
  const watched = await findWatched(target, ports);
  const ended = new AbortController();
  const watching = watchTasks(watched, timing, ports, ended.signal);
  let evidence: Evidence;
  try {
    evidence = await runLoad(planned, ports);
  } finally {
    ended.abort();
    await watching;
  }
  const tasks = await watching;
  if (isStarved(evidence) || evidence.reasons[0]?.code === CANCELLED) {
    return { ...evidence, series: [...evidence.series, tasks] };
  }
  const load = loadOf(evidence);
  const stretch = { start: new Date(load.startedAt), end: new Date(load.finishedAt) };
  const metrics = await metricsOrNone(watched, stretch, timing, ports);
  const seen = { tasks, ...metrics, periodSeconds: timing.periodSeconds };
  const scaling = scalingOf(load, seen, field, watched.size, { compress, price });
  const series = [tasks, metrics.cpu, metrics.memory, metrics.requestsPerTarget].filter(
    ({ points }) => points.length > 0,
  );
  const checks = scalingChecks(scaling, target.tasks.minimum);
  return withChecks({ ...evidence, series: [...evidence.series, ...series], scaling }, checks);
}

/** An hour of load is not thrown away because CloudWatch does not answer: what is not known is then not judged. */
async function metricsOrNone(...asked: Parameters<typeof readMetrics>): ReturnType<typeof readMetrics> {
  const [, , , ports] = asked;
  try {
    return await readMetrics(...asked);
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof OutsideError)) {
      throw error;
    }
    ports.reporter.warn(`the use of CPU and memory is not known: ${error.message}`);
    const none = (name: string): Series => ({ name, unit: '', source: 'CloudWatch', points: [] });
    return {
      cpu: none('CPU used'),
      memory: none('memory used'),
      requestsPerTarget: none('requests of each target'),
    };
  }
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };

/** The evidence with these rows; the verdict is the worst of all. */
function withChecks(evidence: Evidence, checks: readonly Check[]): Evidence {
  const worst = checks.reduce<Verdict>(
    (most, { verdict }) => (SEVERITY[verdict] > SEVERITY[most] ? verdict : most),
    'pass',
  );
  const decides = SEVERITY[worst] > SEVERITY[evidence.verdict];
  const reasons = checks
    .filter(({ verdict }) => worst === 'pass' || verdict !== 'pass')
    .map(
      ({ name, verdict, observed, expected }): Reason => ({
        code: verdict === 'pass' ? 'scaling-met' : verdict === 'fail' ? 'scaling-missed' : 'scaling-not-known',
        message: `${name}: ${observed}; expected ${expected}`,
      }),
    );
  return {
    ...evidence,
    verdict: decides ? worst : evidence.verdict,
    reasons: decides ? [...reasons, ...evidence.reasons] : [...evidence.reasons, ...reasons],
    checks: [...evidence.checks, ...checks],
  };
}

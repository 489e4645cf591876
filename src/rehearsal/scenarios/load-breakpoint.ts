/** load-breakpoint: what a service can do is known, and a load that knows nothing of it finds it out. */
import type { Check, Evidence } from '../../report/evidence.ts';
import { countsAddUp, generatorHealthy } from './load-checks.ts';
import {
  knownCapacity,
  measured,
  planRehearsed,
  runningImage,
  runRehearsed,
  sizedFrom,
  timingOutAfter,
  withTruth,
} from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import type { LoadScenario } from './scenario.ts';

const TRUTH = 'capacity of the service (truth)';
const COMPRESS = 24;
/** The service is said to do so many times what it really does: the load is sized from that, and must find that it is not true. */
const PROMISED = 1.25;
const TOLERANCE = 0.1;
/** Several times what a request takes that waits for a worker. */
const TIMEOUT_SECONDS = 5;

export const loadBreakpoint: LoadScenario = {
  name: 'load-breakpoint',
  adverse: true,
  expects: 'an ever higher load finds what the service can do, within a tenth, and stops once it breaks',
  setUp: (target) => {
    const running = runningImage(target, 'load-breakpoint');
    return timingOutAfter(sizedFrom(running, Math.round(knownCapacity(running) * PROMISED)), TIMEOUT_SECONDS);
  },
  runLoad: async (stage) => {
    const planned = planRehearsed(stage, await stage.findProfile('breakpoint'), COMPRESS);
    const evidence = await runRehearsed(stage, planned);
    return withTruth(evidence, TRUTH, knownCapacity(stage.target), 'tasks × workers ÷ time of a request');
  },
  judge: (observation) => [
    capacityFound(observation.operation),
    promiseRefuted(observation.operation),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation }) =>
    `found ${text(measured(operation, 'throughput'))} requests/s where ${text(measured(operation, TRUTH))} is true`,
};

function capacityFound(operation: Evidence): Check {
  const [truth, found] = [measured(operation, TRUTH), measured(operation, 'throughput')];
  const near = truth !== undefined && found !== undefined && Math.abs(found / truth - 1) <= TOLERANCE;
  return {
    name: 'the capacity was found',
    verdict: near ? 'pass' : 'fail',
    expected: `${text(truth)} requests/s, within ${TOLERANCE * 100} %`,
    observed: `${text(found)} requests/s`,
  };
}

/** It was stopped by the profile's own rule, and says that the service does less than surefoot.yml promises. */
function promiseRefuted({ verdict, events, reasons }: Evidence): Check {
  const stopped = events.some(({ label }) => label === 'stopped early');
  return {
    name: 'the break was noticed',
    verdict: stopped && verdict === 'fail' ? 'pass' : 'fail',
    expected: 'stopped early; fail, for more was promised',
    observed: `${stopped ? 'stopped early' : 'not stopped'}; ${verdict}: ${reasons[0]?.message ?? ''}`,
  };
}

function text(value: number | undefined): string {
  return value === undefined ? 'nothing' : String(Number(value.toPrecision(4)));
}

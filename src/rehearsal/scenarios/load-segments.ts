/**
 * load-segments: one load made by three tasks of ECS, one of which has a long way to the service. What k6 itself wrote of every request is kept
 * beside what surefoot counted: no request may be missing or there twice, and the percentiles of the sum must be those of all requests.
 */
import type { RegisterTaskDefinitionCommandOutput } from '@aws-sdk/client-ecs';
import type { Generators } from '../../operations/load/parts/on-tasks.ts';
import { startOnTasks } from '../../operations/load/parts/on-tasks.ts';
import type { Profile } from '../../operations/load/profile.ts';
import type { Check, Evidence, LoadRecord } from '../../report/evidence.ts';
import { latencyOf } from '../../report/facts.ts';
import { quantile, RELATIVE_ERROR } from '../../statistics/log-histogram.ts';
import { findK6 } from '../../tools/k6.ts';
import { selfCommand } from '../world/self.ts';
import { countsAddUp, generatorHealthy, nothingLost } from './load-checks.ts';
import { measured, planRehearsed, runningImage, runRehearsed } from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import type { LoadScenario, LoadStage, Observation } from './scenario.ts';
import { startFarWay } from './segments/far-way.ts';
import { readSamples, type Samples } from './segments/samples.ts';
import { writeWitnessedK6 } from './segments/witnessed-k6.ts';

const NAME = 'load-segments';
const TASKS = 3;
const RATE = 24;
const SECONDS = 8;
/** Three programs and their k6 come up meanwhile, on a machine with few cores. */
const START_IN_SECONDS = 15;
const TIMEOUT_SECONDS = 5;
/** Twice what the service takes: as from another continent, and then some. */
const FAR_MS = 600;
const PERCENTILES = [0.5, 0.75, 0.95, 0.99] as const;
/** The percentile whose mean over the parts is shown. */
const SHOWN = 0.95;

const PROFILE: Profile = {
  name: NAME,
  file: NAME,
  description: 'A steady load, to be made in parts',
  level: 'average',
  start: { kind: 'fixed', perSecond: RATE },
  stages: [{ seconds: SECONDS, target: { kind: 'fixed', perSecond: RATE } }],
  judge: 'every-request',
  abort: undefined,
  probe: undefined,
  timeoutSeconds: TIMEOUT_SECONDS,
  virtualUsers: undefined,
  headers: {},
};

const MISSING = 'requests of the plan that no k6 made';
const DOUBLED = 'requests that were made twice';
const MEAN = `mean of the parts' p${SHOWN * 100}`;
const rawName = (p: number) => `p${p * 100} of all samples`;

export const loadSegments: LoadScenario = {
  name: NAME,
  adverse: true,
  expects: `${TASKS} tasks make one load: no request is missing or there twice, and its percentiles are those of all requests`,
  setUp: (target) => runningImage(target, NAME),
  runLoad: async (stage) => {
    const k6 = await findK6({ reporter: stage.ports.reporter, signal: stage.ports.signal });
    const planned = planRehearsed(stage, PROFILE, 1);
    const way = await startFarWay(planned.url, FAR_MS);
    try {
      const far = { part: TASKS - 1, of: TASKS, hosts: way.hosts };
      const witnessed = await writeWitnessedK6(k6.path, stage.workDirectory, far);
      const generators = await generatorsFor(stage, witnessed.program);
      const evidence = await runRehearsed(
        {
          ...stage,
          startLoad: (_load, _folder, onProgress) =>
            startOnTasks(planned.load, {}, generators, stage.ports, onProgress),
        },
        planned,
      );
      return withSamples(evidence, await readSamples(witnessed.folder), planned.plan.arrivals);
    } finally {
      await way.close();
    }
  },
  judge: (observation) => [
    everyRequestOnce(observation),
    eachItsPart(observation.load),
    sameAsAllSamples(observation),
    notTheMean(observation),
    nothingLost(observation.load),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation, load, balancer }) =>
    `${load.totals.planned} requests by ${TASKS} tasks, ${balancer.requestCount} by the balancer's log; p${SHOWN * 100} ${seconds(merged(load, SHOWN))}, of all samples ${seconds(measured(operation, rawName(SHOWN)))}, mean of the parts' ${seconds(measured(operation, MEAN))}`,
};

/** Three tasks in the service's own network, of a definition that runs surefoot with the k6 that keeps what it writes. */
async function generatorsFor({ rehearsal, target, ports }: LoadStage, k6: string): Promise<Generators> {
  const [program, ...own] = selfCommand();
  const options = {
    'awslogs-group': `/ecs/${NAME}`,
    'awslogs-region': rehearsal.region,
    'awslogs-stream-prefix': 'load',
  };
  const { taskDefinition } = await rehearsal.wire.call<RegisterTaskDefinitionCommandOutput>(
    'ecs',
    'RegisterTaskDefinition',
    {
      family: NAME,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'generator',
          image: target.rehearsal?.initialImage,
          essential: true,
          command: [program, ...own, 'load-part'],
          environment: [{ name: 'SUREFOOT_K6', value: k6 }],
          logConfiguration: { logDriver: 'awslogs', options },
        },
      ],
    },
  );
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  const [container] = taskDefinition?.containerDefinitions ?? [];
  if (service === undefined || container === undefined) {
    throw new Error(`${target.ecsService} or the definition of the generators is not there`);
  }
  return {
    count: TASKS,
    cluster: target.cluster,
    service,
    taskDefinition: taskDefinition?.taskDefinitionArn ?? NAME,
    container,
    startInSeconds: START_IN_SECONDS,
    rehearsalSpeed: rehearsal.speed,
  };
}

/** The evidence with what k6 wrote itself, request by request, for the judgement and for people. */
export function withSamples(evidence: Evidence, samples: readonly Samples[], arrivals: number): Evidence {
  const numbers = samples.flatMap((one) => one.numbers);
  const made = new Set(numbers);
  const missing = Array.from({ length: arrivals }, (_, number) => number).filter((number) => !made.has(number));
  const all = samples.flatMap((one) => one.seconds);
  const means = samples.map((one) => nearestRank(one.seconds, SHOWN) ?? Number.NaN);
  const time = (indicator: string, value: number | undefined, method: string) => ({
    indicator,
    value: value === undefined || Number.isNaN(value) ? null : value,
    unit: 's',
    method,
  });
  const count = (indicator: string, value: number) => ({
    indicator,
    value,
    unit: 'requests',
    method: `by the numbers in what ${samples.length} k6 wrote`,
  });
  return {
    ...evidence,
    measurements: [
      ...evidence.measurements,
      count(MISSING, missing.length),
      count(DOUBLED, numbers.length - made.size),
      ...PERCENTILES.map((p) => time(rawName(p), nearestRank(all, p), `nearest rank of ${all.length} samples of k6`)),
      time(MEAN, means.reduce((sum, one) => sum + one, 0) / means.length, 'what adding up summaries would give'),
    ],
  };
}

function nearestRank(values: readonly number[], p: number): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)];
}

function merged(load: LoadRecord, p: number): number | undefined {
  return quantile(latencyOf(load), p);
}

function everyRequestOnce({ operation, load, balancer }: Observation): Check {
  const [missing, doubled] = [measured(operation, MISSING), measured(operation, DOUBLED)];
  const once = missing === 0 && doubled === 0 && balancer.requestCount === load.totals.planned;
  return {
    name: 'every request was made once',
    verdict: once ? 'pass' : 'fail',
    expected: `none of ${load.totals.planned} missing or there twice, as many by the balancer's log`,
    observed: `${missing ?? 'an unknown number'} missing, ${doubled ?? 'an unknown number'} twice, ${balancer.requestCount} by the balancer's log`,
  };
}

function eachItsPart({ segments = [], totals }: LoadRecord): Check {
  const planned = segments.map((part) => part.totals.planned);
  const even = planned.length === TASKS && Math.max(...planned) - Math.min(...planned) <= 1;
  return {
    name: 'each task made its part',
    verdict: even && planned.reduce((sum, one) => sum + one, 0) === totals.planned ? 'pass' : 'fail',
    expected: `${TASKS} equal parts of ${totals.planned} requests`,
    observed: planned.join(' + '),
  };
}

function sameAsAllSamples({ operation, load }: Observation): Check {
  const pairs = PERCENTILES.map((p) => ({ p, ours: merged(load, p), raw: measured(operation, rawName(p)) }));
  const off = ({ ours, raw }: (typeof pairs)[number]) =>
    ours === undefined || raw === undefined ? Number.POSITIVE_INFINITY : Math.abs(ours / raw - 1);
  return {
    name: 'merged percentiles are those of all samples',
    verdict: pairs.every((pair) => off(pair) <= RELATIVE_ERROR) ? 'pass' : 'fail',
    expected: `each within ${RELATIVE_ERROR * 100} % of the raw one`,
    observed: pairs.map(({ p, ours, raw }) => `p${p * 100} ${seconds(ours)} of ${seconds(raw)}`).join(', '),
  };
}

/** Were the mean right too, this scenario would show nothing. */
function notTheMean({ operation, load }: Observation): Check {
  const [ours, raw] = [merged(load, SHOWN), measured(operation, rawName(SHOWN))];
  const mean = measured(operation, MEAN);
  const wrong = mean !== undefined && raw !== undefined && Math.abs(mean / raw - 1) > 10 * RELATIVE_ERROR;
  return {
    name: 'the mean of percentiles would be wrong',
    verdict: wrong ? 'pass' : 'fail',
    expected: `more than ${10 * RELATIVE_ERROR * 100} % away from the p${SHOWN * 100} of all samples`,
    observed: `p${SHOWN * 100}: merged ${seconds(ours)}, of all samples ${seconds(raw)}, mean of the parts ${seconds(mean)}`,
  };
}

function seconds(value: number | undefined): string {
  return value === undefined ? 'unknown' : `${value.toFixed(3)} s`;
}

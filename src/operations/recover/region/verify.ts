/** Whether users have what they had, in the region that took over. */
import type { Check } from '../../../report/evidence.ts';
import { healthOf } from './capacity-steps.ts';
import { notPromoted } from './database/replicas.ts';
import type { Survey } from './readiness/survey.ts';
import { placeOf, type RegionInputs, type RegionPorts } from './request.ts';
import type { Watch, Watched } from './watch.ts';

const PATIENCE_MS = 10_000;

const check = (name: string, passed: boolean, expected: string, observed: string): Check => ({
  name,
  verdict: passed ? 'pass' : 'fail',
  expected,
  observed,
});

/** Tasks, and what each service answers where its address is known. */
export async function capacityChecks({ services }: Survey, ports: RegionPorts): Promise<Check[]> {
  const rows = services.map(async (facts) => {
    const { pair, wanted } = facts;
    const { healthy, seen } = await healthOf(facts, ports.aws);
    const tasks = check(`tasks of ${pair.to.ecsService}`, healthy, `${wanted} tasks or more, healthy`, seen);
    return pair.url === undefined ? [tasks] : [tasks, await answerCheck(`${pair.url}${pair.to.healthPath}`, ports)];
  });
  return (await Promise.all(rows)).flat();
}

async function answerCheck(url: string, { http, signal }: RegionPorts): Promise<Check> {
  const name = `answer of ${url}`;
  const expected = 'a status below 400';
  try {
    const { status } = await http({ url, timeoutMs: PATIENCE_MS, signal });
    return check(name, status < 400, expected, `${status}`);
  } catch (error) {
    signal.throwIfAborted();
    return check(name, false, expected, error instanceof Error ? error.message : String(error));
  }
}

/** Where users are sent, and what they are told. */
export async function trafficChecks(survey: Survey, watch: Watch, inputs: RegionInputs): Promise<Check[]> {
  const { percent, seen } = await survey.traffic.look();
  const users = check('users', percent === 100, `100 % sent to ${placeOf(inputs.to)}`, seen);
  const settled = watch.started ? await watch.settle() : undefined;
  const { answers } = watch;
  const told = answers === undefined ? [] : [answersCheck(answers, survey, inputs)];
  const quiet =
    settled === undefined || !watch.watchesRequests
      ? []
      : [
          check(
            'quiet',
            settled,
            `no request fails for ${inputs.holdSeconds} s`,
            settled ? 'none did' : 'some still fail',
          ),
        ];
  return [users, ...told, ...quiet];
}

function answersCheck(
  { to, all }: { readonly to: number; readonly all: number },
  { split }: Survey,
  inputs: RegionInputs,
): Check {
  const expected = `all lead to ${inputs.to.name}`;
  if (split.ends.to.length === 0) {
    return check('answers of DNS', true, 'not known where they should lead', `${all} answers in the last second`);
  }
  return check('answers of DNS', all > 0 && to === all, expected, `${to} of ${all} in the last second`);
}

export async function databaseChecks(names: readonly string[], ports: RegionPorts): Promise<Check[]> {
  if (names.length === 0) {
    return [];
  }
  const left = await notPromoted(names, ports);
  const observed = left.length === 0 ? 'databases of their own' : left.join('; ');
  return [check(`databases ${names.join(', ')}`, left.length === 0, 'databases of their own', observed)];
}

/** What the requests say. A move while both regions are well loses none. */
export function requestChecks({ served, recovery }: Watched, { planned }: RegionInputs): Check[] {
  const { lost, planned: sent } = served;
  const rows = [
    check(
      'recovery',
      recovery.kind !== 'censored',
      'seen, and held',
      recovery.kind === 'recovered'
        ? `the last request failed ${recovery.lower.toFixed(1)} s after the fault, the next one was answered at ${recovery.upper.toFixed(1)} s`
        : recovery.kind === 'unfelt'
          ? 'no request failed'
          : `requests still failed ${recovery.beyond.toFixed(1)} s after the fault`,
    ),
  ];
  return planned
    ? [...rows, check('lost requests', lost === 0, 'none: both regions are well', `${lost} of ${sent}`)]
    : rows;
}

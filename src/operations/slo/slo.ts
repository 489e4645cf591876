/** What has become of the SLOs of an environment's services: read, judged, changed nothing. */
import type { Objective, UnjudgedObjective } from '../../platform/model/objectives.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Check, Evidence, Reason, Verdict } from '../../report/evidence.ts';
import { formatRatio } from '../../report/format.ts';
import type { SloRecord } from '../../report/slo/record.ts';
import { unknownSlo } from '../common/slo/assess.ts';
import { burnDown } from '../common/slo/burn-down.ts';
import { describeBudget, describeBurn, fastBurn, measurementsOf } from '../common/slo/describe.ts';
import type { CountsByPeriod } from '../common/slo/read-counts.ts';
import { readSlos } from '../common/slo/read-slos.ts';
import { describeWindow, type Windows } from '../common/slo/windows.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { readSignals, type Signals, signalsSlo } from './application-signals/read.ts';
import type { Prometheus } from './prometheus/port.ts';
import { readPrometheusSlo } from './prometheus/read.ts';

export interface SloRequest {
  readonly platform: string;
  readonly environment: string;
  /** Of the environment. */
  readonly targets: readonly ServiceInEnvironment[];
  readonly objectives: readonly Objective[];
  /** SLOs whose events the load balancer does not count: Prometheus or Application Signals are asked where they do; the others are unknown. */
  readonly unjudged: readonly UnjudgedObjective[];
  /** Undefined where nobody said where it is. */
  readonly prometheus: Prometheus | undefined;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
}

const VERDICTS: Readonly<Record<SloRecord['state'], Verdict>> = {
  met: 'pass',
  missed: 'fail',
  unknown: 'inconclusive',
};

/** A record with all of their SLOs. It fails when one is missed; else it is inconclusive when one is unknown. */
export async function readSloStatus(request: SloRequest, ports: Ports): Promise<Evidence> {
  const { targets, rehearsalSpeed } = request;
  const recorder = recorderOf(request, ports.clock);
  const services = new Set(targets.map(({ service }) => service));
  const kept = request.unjudged.flatMap(({ applicationSignals }) => applicationSignals ?? []);
  const signals = readSignals(
    kept.filter(({ service }) => services.has(service)),
    ports,
  );
  const slos = (
    await Promise.all(targets.map((target) => slosOf(target, request, { recorder, signals }, ports)))
  ).flat();
  for (const slo of slos) {
    recorder.check(rowOf(slo, rehearsalSpeed));
    for (const measurement of measurementsOf(slo)) {
      recorder.measure(measurement);
    }
    for (const caveat of slo.caveats) {
      recorder.event('note', `"${slo.objective}" of ${slo.service}`, caveat);
    }
  }
  return recorder.finish(verdictOf(slos), reasonsOf(slos, rehearsalSpeed), { slos });
}

/** The record of SLOs that could not be read at all: each is unknown, for that reason. */
export function unreadSloStatus(request: SloRequest, reason: Reason, clock: Ports['clock']): Evidence {
  const recorder = recorderOf(request, clock);
  const slos = [
    ...request.objectives.map((objective) => unknownSlo(objective, reason)),
    ...request.unjudged.map(({ name, service, target }) =>
      unknownSlo({ name, service, ...(target === undefined ? {} : { target }) }, reason),
    ),
  ];
  for (const slo of slos) {
    recorder.check(rowOf(slo, request.rehearsalSpeed));
  }
  return recorder.finish('inconclusive', reasonsOf(slos, request.rehearsalSpeed), { slos });
}

function recorderOf({ environment, platform, rehearsalSpeed, targets }: SloRequest, clock: Ports['clock']): Recorder {
  const [only] = targets;
  return createRecorder({
    operation: 'slo',
    title: `SLOs of ${targets.map(({ ecsService }) => ecsService).join(', ')}`,
    subject: {
      platform,
      environment,
      ...(only === undefined || targets.length > 1 ? {} : { service: only.ecsService }),
    },
    rehearsalSpeed,
    tools: [],
    clock,
  });
}

async function slosOf(
  target: ServiceInEnvironment,
  request: SloRequest,
  { recorder, signals }: { readonly recorder: Recorder; readonly signals: Promise<Signals> },
  ports: Ports,
): Promise<SloRecord[]> {
  const own = ({ service }: { readonly service: string }) => service === target.service;
  const objectives = request.objectives.filter(own);
  const unjudged = request.unjudged
    .filter(own)
    .map(async (objective) =>
      objective.applicationSignals === undefined
        ? readElsewhere(objective, request, recorder, ports)
        : signalsSlo(objective.applicationSignals, await signals),
    );
  const counted = objectives.length === 0 ? [] : await readCounted(target, objectives, request, recorder, ports);
  return [...counted, ...(await Promise.all(unjudged))];
}

/** The objectives that the load balancer counts. */
async function readCounted(
  target: ServiceInEnvironment,
  objectives: readonly Objective[],
  request: SloRequest,
  recorder: Recorder,
  ports: Ports,
): Promise<SloRecord[]> {
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    const message = `there is no ECS service "${target.ecsService}" in cluster "${target.cluster}"`;
    return objectives.map((objective) => unknownSlo(objective, { code: 'no-such-service', message }));
  }
  const from = 'cloudwatch:GetMetricData';
  return readSlos(service, objectives, request.rehearsalSpeed, ports, (objective, counts, windows) =>
    drawBudget(objective, counts, windows, from, recorder),
  );
}

async function readElsewhere(
  objective: UnjudgedObjective,
  request: SloRequest,
  recorder: Recorder,
  ports: Ports,
): Promise<SloRecord> {
  const { name, prometheus, service, target } = objective;
  if (prometheus === undefined) {
    const reason = { code: 'not-counted', message: objective.reason };
    return unknownSlo({ name, service, ...(target === undefined ? {} : { target }) }, reason);
  }
  return readPrometheusSlo(prometheus, request.prometheus, ports.clock, (counts, windows) =>
    drawBudget(prometheus, counts, windows, 'Prometheus, query_range', recorder),
  );
}

function drawBudget(
  { budget, name, service }: Pick<Objective, 'name' | 'service' | 'budget'>,
  counts: CountsByPeriod,
  windows: Windows,
  from: string,
  recorder: Recorder,
): void {
  const series = {
    name: `error budget left by "${name}" of ${service}`,
    unit: '%',
    source: `${from}, summed from the first request on`,
  };
  for (const { at, left } of burnDown(counts, budget, windows)) {
    recorder.point(series, left, at);
  }
}

function rowOf(slo: SloRecord, rehearsalSpeed: number | undefined): Check {
  const within = slo.windowDays === undefined ? '' : ` over ${describeWindow(slo.windowDays * 86_400, rehearsalSpeed)}`;
  const good = slo.indicator === 'latency' ? `within ${slo.thresholdSeconds} s` : 'good';
  const burn = slo.burn[0];
  return {
    name: `"${slo.objective}" of ${slo.service}`,
    verdict: VERDICTS[slo.state],
    ...(slo.target === undefined ? {} : { expected: `at least ${formatRatio(Number(slo.target))} ${good}${within}` }),
    observed: `${slo.state === 'unknown' ? '' : `${slo.state}: `}${describeBudget(slo, rehearsalSpeed)}${
      burn === undefined || slo.state === 'unknown'
        ? ''
        : `; burn rate ${describeBurn(burn, rehearsalSpeed)}: ${burn.state}`
    }`,
  };
}

function verdictOf(slos: readonly SloRecord[]): Verdict {
  const worst = (['fail', 'inconclusive'] as const).find((verdict) =>
    slos.some(({ state }) => VERDICTS[state] === verdict),
  );
  return worst ?? 'pass';
}

/** What is missed first, then what is unknown; that one is met says nothing that needs to be acted on. */
function reasonsOf(slos: readonly SloRecord[], rehearsalSpeed: number | undefined): Reason[] {
  const told = (state: SloRecord['state'], code: string) =>
    slos
      .filter((slo) => slo.state === state)
      .map((slo) => ({
        code,
        message: `"${slo.objective}" of ${slo.service} is ${state === 'unknown' ? '' : `${state}: `}${describeBudget(slo, rehearsalSpeed)}`,
      }));
  const burning = slos.flatMap((slo) => {
    const burn = fastBurn(slo);
    const message = `the error budget of "${slo.objective}" of ${slo.service} burns fast: `;
    return burn?.state === 'burning'
      ? [{ code: 'error-budget-burns', message: message + describeBurn(burn, rehearsalSpeed) }]
      : [];
  });
  const met = slos.filter(({ state }) => state === 'met').length;
  const concerns = [...told('missed', 'slo-missed'), ...burning, ...told('unknown', 'slo-unknown')];
  return concerns.length > 0 && met < slos.length
    ? concerns
    : [{ code: 'slos-met', message: `${met} of ${slos.length} SLOs are met` }, ...concerns];
}

/** Each promise against the evidence: production and rehearsals apart. */
import { parseDecimal, toFraction } from '../../platform/decimal.ts';
import type { UnjudgedObjective } from '../../platform/model/objectives.ts';
import type { Platform } from '../../platform/model.ts';
import type { Reason } from '../../report/evidence.ts';
import { type Judged, type ScorecardRow, STATES } from '../../report/scorecard/record.ts';
import { holds, toNumber } from './exact.ts';
import { SLO_FACTS } from './facts.ts';
import { objectiveIndicator } from './from-evidence.ts';
import { measure } from './measure/measure.ts';
import type { Measured } from './measure/measured.ts';
import type { Observation } from './observation.ts';
import { days, type Promised, promisedBy, promisedByObjective } from './promised.ts';
import { type Scope, selectObservations, servicesOf } from './select.ts';

/** What of a platform is promised in an environment; `unjudged`: SLOs that nothing of surefoot counts. */
export interface Promises {
  readonly promised: readonly Promised[];
  readonly unjudged: readonly { readonly promised: Promised; readonly reason: string }[];
  /** Targets of other environments. */
  readonly elsewhere: readonly string[];
}

export function promisesOf(platform: Platform, environment: string): Promises {
  const runsHere = (service: string) => platform.services[service]?.inEnvironment[environment] !== undefined;
  const here = platform.targets.filter(
    (target) => target.environment === undefined || target.environment === environment,
  );
  return {
    promised: [
      ...[...platform.objectives, ...platform.unjudged.flatMap((slo) => slo.prometheus ?? slo.applicationSignals ?? [])]
        .filter(({ service }) => runsHere(service))
        .map(promisedByObjective),
      ...here.map(promisedBy),
    ],
    unjudged: platform.unjudged
      .filter((slo) => (slo.prometheus ?? slo.applicationSignals) === undefined && runsHere(slo.service))
      .map((slo) => ({ promised: unjudgedPromise(slo), reason: slo.reason })),
    elsewhere: platform.targets.filter((target) => !here.includes(target)).map(({ name }) => name),
  };
}

/** An SLO whose events surefoot does not count: where its share and window are known, facts can say how many were good. */
function unjudgedPromise({ name, service, target, windowDays }: UnjudgedObjective): Promised {
  const share = target === undefined ? undefined : parseDecimal(target);
  const known = share !== undefined && windowDays !== undefined;
  return {
    name,
    description: undefined,
    from: 'objective',
    indicator: known ? objectiveIndicator(name) : 'not counted here',
    kind: 'share',
    better: 'higher',
    comparison: 'gte',
    bound: share === undefined ? { numerator: 0n, denominator: 1n } : toFraction(share),
    unit: 'ratio',
    statistic: undefined,
    windowDays: windowDays ?? 30,
    minimumSamples: 1,
    service,
    text:
      target === undefined
        ? 'as its document says'
        : `at least ${target} of events good${known ? `, over ${days(windowDays)}` : ''}`,
  };
}

function byFacts({ indicator, name }: Promised): string {
  return indicator === objectiveIndicator(name) ? `; bring its counts in as facts: rows of ${SLO_FACTS}${name}` : '';
}

/** The rows: missed first, then unknown, then met; each in the order of the file. */
export function rowsOf(
  promises: Promises,
  observations: readonly Observation[],
  environment: string,
  now: number,
): ScorecardRow[] {
  const judgedRows = promises.promised.flatMap((promised) => {
    const services = servicesOf(observations, promised, { environment, rehearsal: false, now });
    return services.map((service) => rowOf(promised, service, services.length > 1, observations, { environment, now }));
  });
  const unjudged = promises.unjudged.map(({ promised, reason }) => {
    const row = rowOf(promised, promised.service, false, observations, { environment, now });
    return row.production.reason.code === 'no-evidence'
      ? { ...row, production: unknown({ code: 'not-counted', message: `${reason}${byFacts(promised)}` }) }
      : row;
  });
  const rows = [...judgedRows, ...unjudged];
  return STATES.flatMap((state) => rows.filter(({ production }) => production.state === state));
}

function rowOf(
  promised: Promised,
  service: string | undefined,
  several: boolean,
  observations: readonly Observation[],
  at: Pick<Scope, 'environment' | 'now'>,
): ScorecardRow {
  const rehearsed = judge(promised, observations, { ...at, service, rehearsal: true });
  return {
    ...describe(promised, service, several),
    production: judge(promised, observations, { ...at, service, rehearsal: false }),
    ...(rehearsed.sourceCount === 0 ? {} : { rehearsal: rehearsed }),
  };
}

function describe(promised: Promised, service: string | undefined, several: boolean): Omit<ScorecardRow, 'production'> {
  const { better, bound, description, from, indicator, name, text, unit } = promised;
  return {
    id: several && service !== undefined ? `${name} of ${service}` : name,
    target: name,
    ...(description === undefined ? {} : { description }),
    kind: from,
    indicator,
    ...(service === undefined ? {} : { service }),
    promise: text,
    bound: toNumber(bound),
    better,
    unit: promised.kind === 'elasticity' ? '' : unit,
  };
}

function unknown(reason: Reason): Judged {
  return { state: 'unknown', reason, value: null, sources: [], sourceCount: 0 };
}

const MOST_SOURCES = 20;

function judge(promised: Promised, observations: readonly Observation[], scope: Scope): Judged {
  const selected = selectObservations(observations, promised, scope);
  if ('code' in selected) {
    return unknown({
      ...selected,
      message: `${selected.message}${scope.rehearsal ? '' : whatToDo(promised, selected.code)}`,
    });
  }
  const sources = [
    ...new Map(
      [...selected.observations, ...selected.baseline].map(({ source }) => [`${source.sha256} ${source.file}`, source]),
    ).values(),
  ];
  const read = {
    sources: sources.slice(0, MOST_SOURCES).map(({ file, operation, sha256 }) => ({ file, sha256, operation })),
    sourceCount: sources.length,
    window: { from: iso(selected.from), to: iso(selected.to) },
    ...caveatsOf(selected.observations),
  };
  const measured = measure(selected, promised, scope.now);
  if ('code' in measured) {
    return { ...unknown(measured), ...read };
  }
  const { count, lower, method, n, support, upper, value } = measured;
  return {
    ...decide(measured, promised),
    value: toNumber(value),
    ...(lower === undefined || upper === undefined ? {} : { lower, upper, confidence: 0.95 }),
    ...(n === undefined ? {} : { n }),
    ...(count === undefined ? {} : { count }),
    method,
    support,
    ...read,
  };
}

/** What their records say to know, each sentence once. */
function caveatsOf(observations: readonly Observation[]): Pick<Judged, 'caveats'> {
  const caveats = [...new Set(observations.flatMap((one) => one.caveats ?? []))];
  return caveats.length === 0 ? {} : { caveats };
}

function decide(measured: Measured, promised: Promised): Pick<Judged, 'state' | 'reason'> {
  const { decided, n, text, value } = measured;
  if (typeof decided === 'object') {
    return { state: 'unknown', reason: decided };
  }
  const state = decided ?? (holds(value, promised.comparison, promised.bound) ? 'met' : 'missed');
  const single = promised.statistic === 'maximum' && state === 'missed';
  // That nothing was deployed is counted, too; unless the target asks for more than one.
  const none = promised.kind === 'rate' && promised.minimumSamples <= 1;
  if (n !== undefined && n < promised.minimumSamples && !single && !none) {
    const message = `${text}: ${n} of the ${promised.minimumSamples} observations that the target asks for`;
    return { state: 'unknown', reason: { code: 'too-few', message } };
  }
  return { state, reason: { code: state, message: text } };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Of what surefoot measures, that which happens outside its runs, too. */
const TAKEN_AS_FACTS: ReadonlySet<string> = new Set([
  'mttr',
  'rto',
  'rpo',
  'time-to-detect',
  'failover-success',
  'chaos-experiments',
]);

/** What would turn an unknown into an answer. */
function whatToDo(promised: Promised, code: string): string {
  if (code === 'in-the-future' || code === 'other-environment') {
    return '';
  }
  const { indicator, kind, from } = promised;
  const commands: Readonly<Record<string, string>> = {
    'resume-time': 'surefoot resume',
    mttr: 'surefoot dora with its incidents',
    rto: 'surefoot chaos run or surefoot recover',
    rpo: 'surefoot chaos run or surefoot recover',
    'time-to-detect': 'surefoot chaos run',
    'failover-success': 'surefoot chaos run',
    'chaos-experiments': 'surefoot chaos run',
    'lost-requests': 'surefoot chaos run',
    'lost-writes': 'surefoot chaos run',
    availability: 'surefoot slo',
    'latency-p50': 'surefoot load',
    'latency-p95': 'surefoot load',
    'latency-p99': 'surefoot load',
    'change-lead-time': 'surefoot dora',
    'deployment-frequency': 'surefoot dora',
    'failed-deployment-recovery-time': 'surefoot dora',
    'change-fail-rate': 'surefoot dora',
    'deployment-rework-rate': 'surefoot dora',
  };
  const command = from === 'objective' ? 'surefoot slo' : kind === 'census' ? 'surefoot gate' : commands[indicator];
  const facts: Readonly<Record<string, string>> = {
    'cost-reduction': 'cost and cost-baseline',
    'cost-elasticity': 'cost with its load',
    'utilisation-improvement': 'utilisation and utilisation-baseline',
  };
  const rows = `bring it in as facts: rows of ${facts[indicator] ?? indicator}`;
  return command === undefined
    ? `; ${rows}`
    : `; ${command} measures it${TAKEN_AS_FACTS.has(indicator) ? `, or ${rows}` : ''}`;
}

/** Targets that cannot both be kept, and those that this platform cannot keep: computed from the file alone. */
import type { Objective, Target } from '../../platform/model/objectives.ts';
import type { Platform } from '../../platform/model.ts';
import { formatNumber, formatRatio, formatSeconds } from '../../report/format.ts';
import type { ScorecardRecord } from '../../report/scorecard/record.ts';
import { times } from './arithmetic.ts';
import { holds, toNumber } from './exact.ts';
import { days, type Promised, promisedBy, promisedByObjective } from './promised.ts';

export type Conflict = ScorecardRecord['conflicts'][number];

/** Times in which a service is down. */
const OUTAGES: ReadonlySet<string> = new Set(['mttr', 'rto', 'failed-deployment-recovery-time']);
const DAY_SECONDS = 86_400;

/** All conflicts among what is promised in the environment. */
export function conflictsOf(platform: Platform, environment: string): Conflict[] {
  const targets = platform.targets
    .filter((target) => target.environment === undefined || target.environment === environment)
    .map(promisedBy);
  const objectives = platform.objectives.filter(
    ({ service }) => platform.services[service]?.inEnvironment[environment] !== undefined,
  );
  const availabilities = alike([
    ...objectives.filter(({ indicator }) => indicator === 'availability').map(promisedByObjective),
    ...targets.filter(({ indicator }) => indicator === 'availability'),
  ]);
  return [
    ...availabilities.flatMap((one) => recoveryBreaks(one, targets)),
    ...availabilities.flatMap((one) => failuresBreak(one, targets)),
    ...targets.flatMap((one) => utilisationCap(one, platform.environments[environment]?.zones.length ?? 0)),
    ...objectives.flatMap((one) => slowerThanPromised(one, platform, environment)),
    ...platform.targets.flatMap((one) => slowerThanStart(one, platform, environment)),
  ];
}

/** Several services with the same promise are one conflict, where the other side is about all of them. */
function alike(promises: readonly Promised[]): Promised[] {
  const found = new Map<string, Promised>();
  for (const one of promises) {
    const key = `${one.bound.numerator}/${one.bound.denominator} ${one.windowDays}`;
    const same = found.get(key);
    found.set(key, same === undefined ? one : { ...same, name: `${same.name}, ${one.name}`, service: undefined });
  }
  return [...found.values()];
}

const sameService = (a: Promised, b: Promised): boolean =>
  a.service === undefined || b.service === undefined || a.service === b.service;

/** Seconds of full outage that an availability leaves in its window: 99.95 % of 30 d leave 21.6 min. */
export function outageSeconds({ bound, windowDays }: Pick<Promised, 'bound' | 'windowDays'>): number {
  const bad = bound.denominator - bound.numerator;
  return (Number(bad) / Number(bound.denominator)) * windowDays * DAY_SECONDS;
}

function recoveryBreaks(availability: Promised, targets: readonly Promised[]): Conflict[] {
  const budget = outageSeconds(availability);
  return targets.flatMap((target) => {
    const allowed = toNumber(target.bound);
    if (!OUTAGES.has(target.indicator) || !sameService(availability, target) || allowed <= budget) {
      return [];
    }
    const message = `${availability.name}: ${formatSeconds(budget)} of outage are left in ${days(availability.windowDays)}, and ${target.name} lets one take ${formatSeconds(allowed)}: one recovery that is in time breaks it`;
    return [{ code: 'one-recovery-breaks', message, rows: [...availability.name.split(', '), target.name] }];
  });
}

/** Deployments as often as promised, failing as often and for as long as is allowed. */
function failuresBreak(availability: Promised, targets: readonly Promised[]): Conflict[] {
  const find = (indicator: string) =>
    targets.find((target) => target.indicator === indicator && sameService(availability, target));
  const [often, failing, recovery] = [
    'deployment-frequency',
    'change-fail-rate',
    'failed-deployment-recovery-time',
  ].map(find);
  if (often === undefined || failing === undefined || recovery === undefined) {
    return [];
  }
  const budget = outageSeconds(availability);
  const failures = toNumber(often.bound) * availability.windowDays * toNumber(failing.bound);
  const outage = failures * toNumber(recovery.bound);
  // One of them that is too long by itself is told already.
  if (outage <= budget || toNumber(recovery.bound) > budget) {
    return [];
  }
  const message = `${deploymentsOf(toNumber(often.bound))} a day, of which ${formatRatio(toNumber(failing.bound))} fail for ${formatSeconds(toNumber(recovery.bound))} each, make ${formatSeconds(outage)} of outage in ${days(availability.windowDays)}, where ${availability.name} ${availability.name.includes(', ') ? 'leave' : 'leaves'} ${formatSeconds(budget)}; they cannot all be at their limits, unless few users are on what fails`;
  return [
    {
      code: 'failures-break',
      message,
      rows: [...availability.name.split(', '), often.name, failing.name, recovery.name],
    },
  ];
}

function deploymentsOf(count: number): string {
  return `${formatNumber(count)} ${count === 1 ? 'deployment' : 'deployments'}`;
}

/** What is left when a zone is lost must carry all of the load: (zones - 1) / zones at most. */
function utilisationCap(target: Promised, zones: number): Conflict[] {
  const { bound, comparison, indicator, name } = target;
  if (indicator !== 'utilisation' || zones < 1 || !comparison.startsWith('gt')) {
    return [];
  }
  const cap = { numerator: BigInt(zones - 1), denominator: BigInt(zones) };
  if (holds(cap, comparison, bound)) {
    return [];
  }
  const wanted = toNumber(bound);
  const enough = wanted < 1 ? Math.ceil(Number((1 / (1 - wanted)).toFixed(9))) : undefined;
  const remedy =
    enough === undefined
      ? 'no number of zones allows it'
      : `${enough} zones would allow it, or capacity that is there within seconds`;
  const message = `surviving the loss of one of ${zones} zones caps the utilisation at ${percent(cap)}, and ${name} asks for ${formatRatio(wanted)}: ${remedy}`;
  return [{ code: 'zone-loss-caps-utilisation', message, rows: [name] }];
}

/** Two thirds are 66.7 %, not 66.666667 %. */
function percent(value: { numerator: bigint; denominator: bigint }): string {
  return `${Number(toNumber(times(value, 100n)).toFixed(1))} %`;
}

function slowerThanPromised(objective: Objective, platform: Platform, environment: string): Conflict[] {
  const response = platform.services[objective.service]?.inEnvironment[environment]?.capacity?.responseSeconds;
  const { name, thresholdSeconds } = objective;
  if (response === undefined || thresholdSeconds === undefined || response <= thresholdSeconds) {
    return [];
  }
  const message = `${name} calls a request good within ${formatSeconds(thresholdSeconds)}, and the capacity of ${objective.service} is sized for answers of ${formatSeconds(response)} on average`;
  return [{ code: 'slower-than-promised', message, rows: [name] }];
}

/** What cannot start in time cannot be restored in time. */
function slowerThanStart(target: Target, platform: Platform, environment: string): Conflict[] {
  if (
    !(target.indicator === 'rto' || target.indicator === 'resume-time') ||
    (target.environment ?? environment) !== environment
  ) {
    return [];
  }
  const promised = promisedBy(target);
  return Object.values(platform.services).flatMap(({ inEnvironment, key }) => {
    const start = inEnvironment[environment]?.coldStartSeconds;
    if (start === undefined || (target.service ?? key) !== key || start <= toNumber(promised.bound)) {
      return [];
    }
    const message = `${target.name} allows ${formatSeconds(toNumber(promised.bound))}, and a task of ${key} takes ${formatSeconds(start)} to start`;
    return [{ code: 'slower-than-start', message, rows: [target.name] }];
  });
}

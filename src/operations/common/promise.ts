/** A measured duration beside what was promised. Pure. */
import type { Target } from '../../platform/model/objectives.ts';
import type { Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Check } from '../../report/evidence.ts';

export interface Promised {
  /** Where it was promised, for people. */
  readonly name: string;
  readonly comparison: Target['comparison'];
  /** The bound in ms as a fraction, so that nothing is rounded before it is compared. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** As it was written, with its unit. */
  readonly text: string;
}

const UNIT_MS: Readonly<Record<string, bigint>> = {
  seconds: 1000n,
  minutes: 60_000n,
  hours: 3_600_000n,
  days: 86_400_000n,
};

/** The targets of the platform on that duration that hold for the service; those in units of no time are left out. */
export function promisesOf(
  platform: Pick<Platform, 'targets'>,
  indicator: string,
  target: Pick<ServiceInEnvironment, 'service' | 'environment'>,
): Promised[] {
  return platform.targets.flatMap((one) => {
    const unit = UNIT_MS[one.unit];
    const ours =
      one.indicator === indicator &&
      (one.service ?? target.service) === target.service &&
      (one.environment ?? target.environment) === target.environment;
    return !ours || unit === undefined
      ? []
      : [
          {
            name: `target ${one.name}`,
            comparison: one.comparison,
            numerator: one.exactly.numerator * unit,
            denominator: one.exactly.denominator,
            text: `${one.value} ${one.unit}`,
          },
        ];
  });
}

/** The service's own `coldStart` as a promise. */
export function coldStartPromise({ coldStartSeconds }: Pick<ServiceInEnvironment, 'coldStartSeconds'>): Promised[] {
  return coldStartSeconds === undefined
    ? []
    : [
        {
          name: 'coldStart',
          comparison: 'lte',
          numerator: BigInt(Math.round(coldStartSeconds * 1000)),
          denominator: 1n,
          text: `${coldStartSeconds} seconds`,
        },
      ];
}

const WORDS: Readonly<Record<Target['comparison'], string>> = {
  lte: 'at most',
  lt: 'less than',
  gte: 'at least',
  gt: 'more than',
};

export type State = { readonly state: 'met' | 'missed' } | { readonly state: 'unknown'; readonly code: string };

/** A duration that a rehearsal shortened is never compared: what AWS takes was not waited for. */
export function judgePromise(promised: Promised, seconds: number, rehearsalSpeed: number | undefined): State {
  if (rehearsalSpeed !== undefined && rehearsalSpeed !== 1) {
    return { state: 'unknown', code: 'scaled-time' };
  }
  const left = BigInt(Math.round(seconds * 1000)) * promised.denominator;
  const right = promised.numerator;
  const held = { lte: left <= right, lt: left < right, gte: left >= right, gt: left > right }[promised.comparison];
  return { state: held ? 'met' : 'missed' };
}

/** The row of a report. */
export function promiseCheck(what: string, promised: Promised, seconds: number, state: State): Check {
  return {
    name: `${what} (${promised.name})`,
    verdict: state.state === 'met' ? 'pass' : state.state === 'missed' ? 'fail' : 'inconclusive',
    expected: `${WORDS[promised.comparison]} ${promised.text}`,
    observed: `${seconds.toFixed(1)} s: ${state.state}${state.state === 'unknown' ? `: ${state.code}` : ''}`,
    seconds,
  };
}

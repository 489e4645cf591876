/** From what is known of a service to the arrival rates of a profile. Pure; every number comes with the formula it was found by. */
import { InputError } from '../../errors.ts';
import type { Shape } from '../../measure/types.ts';
import type { Demand } from '../../platform/model/load.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Level, Profile, Rate } from './profile.ts';

const SECONDS_OF_A_DAY = 86_400;
/** The 99.9th percentile of the standard normal distribution. */
const NORMAL_999 = 3.09;

/** Requests per second with the way to them. */
export interface Sized {
  readonly requestsPerSecond: number;
  readonly formula: string;
}

export type Levels = Readonly<Record<Level, Sized>>;

/** Requests per second in the mean of a day: users × requests of each ÷ 86,400. */
export function meanDemand({ dailyUsers, requestsPerUser }: Pick<Demand, 'dailyUsers' | 'requestsPerUser'>): number {
  return (dailyUsers * requestsPerUser) / SECONDS_OF_A_DAY;
}

/**
 * Requests per second in the mean of the peak hour. With users all over the world the mean times a ratio, about 1.7
 * (robustperception.io, "Do you know your peak-to-mean ratio?"). With users of one region who come within t hours, 4 V ÷ (π t): the
 * height of half an ellipse with the day's volume V below it (justinparrtech.com, "Estimating peak load").
 */
export function peakHourDemand(demand: Demand): Sized {
  const { dailyUsers, requestsPerUser, peak } = demand;
  const volume = `${count(dailyUsers)} users × ${count(requestsPerUser)} requests`;
  if (peak.kind === 'peak-to-mean') {
    const requestsPerSecond = meanDemand(demand) * peak.ratio;
    return {
      requestsPerSecond,
      formula: `${volume} ÷ 86,400 s × ${peak.ratio} (peak to mean) = ${rateText(requestsPerSecond)}`,
    };
  }
  const requestsPerSecond = (4 * dailyUsers * requestsPerUser) / (Math.PI * peak.hours * 3600);
  return {
    requestsPerSecond,
    formula: `4 × ${volume} ÷ (π × ${peak.hours} h × 3,600 s) = ${rateText(requestsPerSecond)}`,
  };
}

/**
 * The busiest of a thousand seconds when users come independently of each other: λ + 3.09 √λ, the normal approximation of Poisson's
 * distribution (square-root staffing: Whitt, "Understanding the efficiency of multi-server service systems"). k6's arrivals are evenly
 * spaced, so that the bursts must be in the rate.
 */
export function busiestSecond(mean: number): number {
  return mean + NORMAL_999 * Math.sqrt(mean);
}

/** The mean whose busiest second is just within `capacity`: `busiestSecond` solved for the mean. */
export function meanWithin(capacity: number): number {
  return ((Math.sqrt(NORMAL_999 ** 2 + 4 * capacity) - NORMAL_999) / 2) ** 2;
}

/**
 * What 100 % is. `average`: the mean of the peak hour, by demand, else what fits into the capacity. `peak`: the busiest second of it.
 * `capacity`: what the service is built for, else the peak.
 * @throws InputError `nothing-to-size-from`
 */
export function levelsOf(target: Pick<ServiceInEnvironment, 'service' | 'capacity' | 'load'>): Levels {
  const demand = target.load.demand;
  const built = target.capacity?.requestsPerSecond;
  const capacity =
    built === undefined
      ? undefined
      : { requestsPerSecond: built, formula: `capacity of the service = ${rateText(built)}` };
  if (demand !== undefined) {
    const average = peakHourDemand(demand);
    const highest = busiestSecond(average.requestsPerSecond);
    const peak = {
      requestsPerSecond: highest,
      formula: `λ + 3.09 √λ with λ = ${rateText(average.requestsPerSecond)} = ${rateText(highest)}`,
    };
    return { average, peak, capacity: capacity ?? peak };
  }
  if (capacity === undefined) {
    throw new InputError(
      'nothing-to-size-from',
      `a profile in per cent needs to know what 100 % is: add capacity, or load with dailyUsers and requestsPerUser, to services.${target.service} in surefoot.yml`,
    );
  }
  const mean = meanWithin(capacity.requestsPerSecond);
  const average = {
    requestsPerSecond: mean,
    formula: `λ with λ + 3.09 √λ = ${rateText(capacity.requestsPerSecond)} = ${rateText(mean)} (no demand is known: what fits into the capacity)`,
  };
  return { average, peak: capacity, capacity };
}

/** The shape of the profile in requests per second, whole numbers; a share above 0 is at least 1. `compress` divides every duration. */
export function shapeOf(profile: Pick<Profile, 'start' | 'stages'>, hundred: number, compress = 1): Shape {
  const sized = (rate: Rate): number => {
    const wanted = rate.kind === 'fixed' ? rate.perSecond : rate.ofLevel * hundred;
    return wanted === 0 ? 0 : Math.max(1, Math.round(wanted));
  };
  return {
    startRate: sized(profile.start),
    stages: profile.stages.map(({ seconds, target }) => ({
      seconds: seconds === 0 ? 0 : Math.max(1, Math.round(seconds / compress)),
      rate: sized(target),
    })),
  };
}

/** Whether any rate of the profile is a share of its level. */
export function isSized({ start, stages }: Pick<Profile, 'start' | 'stages'>): boolean {
  return [start, ...stages.map(({ target }) => target)].some(({ kind }) => kind === 'share');
}

/** A rate as people read it. */
export function rateText(requestsPerSecond: number): string {
  return `${Number(requestsPerSecond.toPrecision(4))} requests/s`;
}

/** With separators: 250,000. */
export function count(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Which periods may be asked for. */

const SHORT_PERIODS = [1, 5, 10, 20, 30];
const LONGEST_PERIOD = 604_800;

/**
 * True for 1, 5, 10, 20, 30 and multiples of 60 seconds up to a week, which only alarms come near to.
 * AWS allows those under 60 only for high-resolution custom metrics, and for alarms only from 10 on (GetMetricData, PutMetricAlarm);
 * a rehearsal allows them for every metric and alarm, because what it has to show happens within seconds.
 */
export function isPeriod(seconds: number): boolean {
  return SHORT_PERIODS.includes(seconds) || (seconds > 0 && seconds % 60 === 0 && seconds <= LONGEST_PERIOD);
}

export const PERIOD_RULE = 'Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds, up to 604800';

/** What the fidelity table says of it. */
export const PERIOD_NOTE = 'here periods of 1, 5, 10, 20 and 30 s are allowed for metrics of AWS services too';

/** The numbers of a run, each with how it was obtained, under the names that the scorecard reads. Pure. */
import type { Measurement } from '../../../../report/evidence.ts';
import { formatSeconds } from '../../../../report/format.ts';
import type { ClockOffset } from '../../../common/outage/clock-offset.ts';
import type { Recovery } from '../../../common/outage/recovery.ts';
import type { Detection } from '../measure/detection.ts';
import type { WrittenFacts } from '../measure/read-writes.ts';
import type { RunFacts } from './facts.ts';

/** None before a fault has begun. */
export function measurementsOf(facts: RunFacts): Measurement[] {
  const { recovery, served, detections, watchedSeconds, written } = facts;
  if (recovery === undefined) {
    return [];
  }
  return [
    rtoMeasurement(recovery, facts),
    {
      indicator: 'availability',
      value: served.planned === 0 ? null : served.ok / served.planned,
      n: served.planned,
      unit: 'ratio',
      method: 'answered well ÷ planned, of the requests that were under way at the fault or sent after it',
    },
    {
      indicator: 'lost-requests',
      value: served.lost,
      n: served.planned,
      unit: 'requests',
      method: 'planned − answered well, of the same requests',
    },
    ...(written === undefined ? [] : writeMeasurements(written, facts)),
    ...(facts.clockOffset === undefined ? [] : [clockMeasurement(facts.clockOffset)]),
    ...(detections.length === 0 ? [] : [firstDetection(detections, watchedSeconds)]),
    ...detections.map(
      ({ name, detection }): Measurement => ({
        indicator: `time to detect: ${name}`,
        value: detection.kind === 'fired' ? detection.seconds : null,
        unit: 's',
        method: 'from the start of the first fault in FIS to ALARM in the history of the alarm',
      }),
    ),
  ];
}

/** When anybody could know of it: by the first alarm that fired. Of a fault that none told of, there is a lower bound and no value. */
function firstDetection(detections: RunFacts['detections'], watchedSeconds: number): Measurement {
  const common = { indicator: 'time-to-detect', unit: 's' } as const;
  const method = 'from the start of the first fault in FIS to ALARM of the first of expect.alarms that fired';
  const all = detections.map(({ detection }) => detection);
  const fired = all.flatMap((one) => (one.kind === 'fired' ? [one.seconds] : []));
  if (fired.length > 0) {
    return { ...common, value: Math.min(...fired), method };
  }
  const silent = (one: Detection) => one.kind === 'silent';
  return all.every(silent)
    ? { ...common, value: null, lower: watchedSeconds, method: `${method}; none fired while it was watched` }
    : { ...common, value: null, method: `${method}; none could be told of` };
}

const WRITES = 'writes acknowledged with 2xx, by their ids, against the ledger of the service after recovery';

function writeMeasurements(written: WrittenFacts, { clockOffset }: Pick<RunFacts, 'clockOffset'>): Measurement[] {
  if (written.kind === 'unreadable') {
    const method = `${WRITES}; it could not be read`;
    return [
      { indicator: 'rpo', value: null, unit: 's', method },
      { indicator: 'lost-writes', value: null, unit: 'writes', method },
    ];
  }
  const { acknowledged, lost, repeated, rpo, unknown } = written.loss;
  const method = `from the recovery point, which lies between the oldest lost write and the one before it, to the fault or to the newest lost write, whichever is later${clocksText(clockOffset)}`;
  return [
    {
      indicator: 'rpo',
      value: rpo.upper ?? null,
      lower: rpo.lower,
      ...(rpo.upper === undefined ? {} : { upper: rpo.upper }),
      unit: 's',
      method,
    },
    { indicator: 'lost-writes', value: lost.length, n: acknowledged, unit: 'writes', method: WRITES },
    {
      indicator: 'unknown-writes',
      value: unknown.sent,
      n: unknown.sent + acknowledged,
      unit: 'writes',
      method: `not acknowledged, and so neither lost nor kept; the ledger has ${unknown.there} of them`,
    },
    {
      indicator: 'repeated-writes',
      value: repeated,
      n: acknowledged + unknown.sent,
      unit: 'writes',
      method: 'in the ledger more than once',
    },
  ];
}

const NOISE = '; failures that stand alone for a second are passed over, as there were such before the fault';

/** The name under which it stands how far FIS's clock is ahead. */
export const CLOCK = "FIS's clock is ahead by";

function clockMeasurement({ least, most }: ClockOffset): Measurement {
  const method =
    "its times of what it was asked to make, each between the sending of the call and its answer by this machine's clock";
  return { indicator: CLOCK, value: (least + most) / 2, lower: least, upper: most, unit: 's', method };
}

/** How well the clocks are known to each other, in which both ends of an interval are reckoned. */
function clocksText(offset: ClockOffset | undefined): string {
  if (offset === undefined) {
    return '';
  }
  const { least, most } = offset;
  return `; FIS's clock is ${least.toFixed(3)} to ${most.toFixed(3)} s ahead of this machine's, by its stamps on what it was asked to make: both ends of the interval allow for that`;
}

/** Not seen to recover, there is no value, and no upper bound: nobody may average it. */
function rtoMeasurement(recovery: Recovery, { hold, noisy, clockOffset }: RunFacts): Measurement {
  const method = `from the start of the first fault in FIS to the first request answered well for good, without a failure for ${formatSeconds(hold.seconds)}, between the last failure and that; single requests${noisy ? NOISE : ''}${clocksText(clockOffset)}`;
  const common = { indicator: 'rto', unit: 's' } as const;
  switch (recovery.kind) {
    case 'unfelt':
      return { ...common, value: 0, lower: 0, upper: recovery.resolution, method: `${method}; no request suffered` };
    case 'censored':
      return {
        ...common,
        value: null,
        lower: recovery.beyond,
        method: `${method}; not recovered while it was watched`,
      };
    default:
      return { ...common, value: recovery.upper, lower: recovery.lower, upper: recovery.upper, method };
  }
}

/** How long after the fault an alarm fired. Pure. */
import type { AlarmChange } from '../../../../aws/cloudwatch/cloudwatch.ts';
import type { ExpectedAlarm } from '../../experiment/experiment.ts';

export type Detection =
  /** Seconds from the fault to the alarm. */
  | { readonly kind: 'fired'; readonly seconds: number }
  /** It stood in ALARM when the fault began: what it would have said is not known. */
  | { readonly kind: 'fired-before' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unknown-alarm' };

/**
 * @param changes of the alarm, in any order, those before the fault included as far as they are known
 * @param stateNow of the alarm; undefined where there is none of that name
 */
export function detectionOf(changes: readonly AlarmChange[], stateNow: string | undefined, faultAt: Date): Detection {
  if (stateNow === undefined) {
    return { kind: 'unknown-alarm' };
  }
  const ordered = [...changes].sort((a, b) => a.at.getTime() - b.at.getTime());
  const after = ordered.filter(({ at }) => at >= faultAt);
  // The state at the fault is what the next change left; without one it is the state of now.
  const atFault = after[0]?.from ?? stateNow;
  if (atFault === 'ALARM') {
    return { kind: 'fired-before' };
  }
  const fired = after.find(({ to }) => to === 'ALARM');
  return fired === undefined
    ? { kind: 'silent' }
    : { kind: 'fired', seconds: (fired.at.getTime() - faultAt.getTime()) / 1000 };
}

/** Whether it is what was expected; undefined: that cannot be said. */
export function isInTime(detection: Detection, { withinSeconds }: ExpectedAlarm): boolean | undefined {
  switch (detection.kind) {
    case 'fired':
      return detection.seconds <= withinSeconds;
    case 'silent':
      return false;
    default:
      return undefined;
  }
}

/** All that is known of a run when it is judged. */
import type { Reason } from '../../../../report/evidence.ts';
import type { ClockOffset } from '../../../common/outage/clock-offset.ts';
import type { Recovery, Served } from '../../../common/outage/recovery.ts';
import type { ActedOn } from '../fault/injection.ts';
import type { Detection } from '../measure/detection.ts';
import type { WrittenFacts } from '../measure/read-writes.ts';

export interface RunFacts {
  /** The state in which the experiment ended, and why, in FIS's words. */
  readonly ended: { readonly status: string; readonly reason: string };
  readonly injected: readonly ActedOn[];
  /** Faults that did not begin. */
  readonly idle: readonly ActedOn[];
  readonly resolvedTargets: number;
  /** Of stop-task: tasks that were to be stopped, and those that ECS says were. */
  readonly tasks: { readonly toStop: number; readonly seen: number } | undefined;
  /** Undefined: no fault began, or no request after it was seen to its end. */
  readonly recovery: Recovery | undefined;
  /** Seconds without a failure that make a recovery; `isShort`: after the experiment it was not watched for the least of them. */
  readonly hold: { readonly seconds: number; readonly isShort: boolean };
  readonly served: Served;
  /** What became of the writes; undefined: the load does not write, or no fault began. */
  readonly written: WrittenFacts | undefined;
  /** Requests took longer than before. */
  readonly slower: boolean;
  /** Until when after the fault alarms were looked at, in seconds. */
  readonly watchedSeconds: number;
  readonly detections: readonly { readonly name: string; readonly detection: Detection }[];
  /** Why it did not come to its own end: surefoot's stop, an alarm, the safety lever. */
  readonly aborted: Reason | undefined;
  readonly generatorProblems: readonly Reason[];
  /** Seconds of full outage that the load has counted since the start of the experiment, and how many were allowed. */
  readonly downtime: { readonly seconds: number; readonly budgetSeconds: number };
  /** The load had a failure now and then before the fault already. */
  readonly noisy: boolean;
  /** How FIS's clock stands to that of the load; undefined: not known. */
  readonly clockOffset: ClockOffset | undefined;
}

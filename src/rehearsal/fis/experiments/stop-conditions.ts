/**
 * Stop conditions: alarms that end experiments. "If a stop condition is triggered during an experiment, AWS FIS stops the experiment."
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 */
import type { AlarmChange } from '../../cloudwatch/alarms/registry.ts';
import { type ExperimentRecord, hasEnded } from './record.ts';

export interface WatchedAlarms {
  onChange(listener: (change: AlarmChange) => void): () => void;
  list(): readonly { readonly AlarmArn?: string | undefined; readonly StateValue?: string | undefined }[];
}

/** The experiments that there are, and how one of them is ended. */
export interface Stoppable {
  all(): readonly ExperimentRecord[];
  stop(id: string, reason: string): unknown;
}

/** AWS's words, as public records of experiments have them. */
export const HALTED = 'Experiment halted by stop condition.';

/** Stops experiments when an alarm of theirs goes into ALARM; returns a function that ends the watch. */
export function watchStopConditions(alarms: WatchedAlarms, experiments: Stoppable): () => void {
  return alarms.onChange(({ arn, state }) => {
    if (state === 'ALARM') {
      for (const record of experiments.all()) {
        if (isStoppable(record) && stopAlarms(record).includes(arn)) {
          experiments.stop(record.id, HALTED);
        }
      }
    }
  });
}

/** Whether an alarm of the experiment is in ALARM already. */
export function isHalted(alarms: WatchedAlarms, record: ExperimentRecord): boolean {
  const wanted = stopAlarms(record);
  return alarms.list().some(({ AlarmArn: arn = '', StateValue }) => StateValue === 'ALARM' && wanted.includes(arn));
}

function isStoppable(record: ExperimentRecord): boolean {
  return !hasEnded(record) && record.state.status !== 'stopping';
}

function stopAlarms({ content }: ExperimentRecord): string[] {
  return content.stopConditions.flatMap(({ source, value }) =>
    source === 'aws:cloudwatch:alarm' && value !== undefined ? [value] : [],
  );
}

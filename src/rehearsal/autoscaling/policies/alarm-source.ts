/** The CloudWatch alarms that scaling policies act on. */
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';

export interface AlarmSource {
  /** All alarms with their states. */
  list(): readonly MetricAlarm[];
  /** The metric in the periods that the alarm evaluates, oldest first, without those that have no data. */
  recent(name: string): readonly number[];
  /** Calls `listener` at every change of a state; returns a function that ends this. */
  onChange(listener: (change: { readonly name: string; readonly state: string }) => void): () => void;
}

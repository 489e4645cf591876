/**
 * The state that an alarm's recent datapoints give, missing ones included.
 * Source: AWS, "Configuring how CloudWatch alarms treat missing data"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data),
 * with its section "Avoiding premature transitions to alarm state".
 */
import type { StateValue } from '@aws-sdk/client-cloudwatch';

export type MissingDataTreatment = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** What one period of the evaluation range was. */
export type Breach = 'breaching' | 'ok' | 'missing';

export interface AlarmRule {
  /** N: how many datapoints are evaluated. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
}

/**
 * How many periods are looked at. AWS retrieves "a higher number of data points" than N and does not say how many; its example
 * has 5 for N = 3, so here it is N + 2 for every alarm.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/**
 * Decides over the evaluation range, oldest first. Returns undefined where the alarm keeps its state (`ignore`).
 *
 * With N or more existing datapoints, only the latest N of those count. With fewer, missing ones fill up: as breaching or not breaching,
 * but as few as possible. With `missing` or `ignore` any existing datapoint that is not breaching makes it OK (unless M breach); if
 * all are breaching but fewer than M, `missing` gives ALARM once the oldest of them is M periods old, else INSUFFICIENT_DATA.
 */
export function decide(range: readonly Breach[], rule: AlarmRule): StateValue | undefined {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const existing = range.filter((point) => point !== 'missing').slice(-evaluationPeriods);
  const breaching = existing.filter((point) => point === 'breaching').length;
  const filled = evaluationPeriods - existing.length;
  if (breaching + (treatMissingData === 'breaching' ? filled : 0) >= datapointsToAlarm) {
    return 'ALARM';
  }
  if (filled === 0 || treatMissingData === 'breaching' || treatMissingData === 'notBreaching') {
    return 'OK';
  }
  if (existing.length > breaching) {
    return 'OK';
  }
  if (treatMissingData === 'ignore') {
    return undefined;
  }
  const oldest = range.indexOf('breaching');
  return oldest >= 0 && range.length - oldest >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
}

/** Alarms of the rehearsed service, made by the same call that Terraform would make. */
import { dimensionOf } from '../../../aws/elbv2/load-balancer-names.ts';
import type { ChaosStage } from '../scenario.ts';

interface AlarmOnLoadBalancer {
  readonly metric: string;
  readonly statistic: 'Sum' | 'Average' | 'Maximum';
  readonly above: number;
}

/** The alarm that the library's experiments name as their stop condition. */
export const stopAlarmOf = ({ target }: Pick<ChaosStage, 'target'>): string => `${target.ecsService}-stop-chaos`;

/** One that looks at the load balancer's metric every second or so, at any speed; seconds without data are well. */
export async function putAlarm(
  { rehearsal }: ChaosStage,
  name: string,
  { metric, statistic, above }: AlarmOnLoadBalancer,
): Promise<void> {
  await rehearsal.wire.call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: name,
    Namespace: 'AWS/ApplicationELB',
    MetricName: metric,
    Dimensions: [{ Name: 'LoadBalancer', Value: dimensionOf(rehearsal.loadBalancerArn) }],
    Statistic: statistic,
    Period: 10,
    EvaluationPeriods: 2,
    Threshold: above,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
}

/** A stop condition that is there, as every run must have one, and that no request of the scenario comes near. */
export function putQuietStopAlarm(stage: ChaosStage): Promise<void> {
  return putAlarm(stage, stopAlarmOf(stage), { metric: 'RequestCount', statistic: 'Sum', above: 1_000_000 });
}

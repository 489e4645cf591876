/**
 * The two CloudWatch alarms of a target tracking policy, as AWS creates them for ECS: AlarmHigh after 3 minutes above the target,
 * AlarmLow after 15 minutes below 90 % of it. AWS's guide shows them and does not promise the numbers.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/create-target-tracking-policy-cli.html
 */
import type {
  CustomizedMetricSpecification,
  PredefinedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { errors } from '../errors.ts';
import { type ServiceReference, serviceOf } from '../scalable-targets.ts';
import type { TrackingPolicy } from './definition.ts';

const PERIOD_S = 60;
const HIGH_PERIODS = 3;
const LOW_PERIODS = 15;
const LOW_SHARE = 0.9;

type AlarmMetric = Pick<
  PutMetricAlarmInput,
  'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'Unit' | 'Metrics' | 'Period'
>;

/**
 * The PutMetricAlarm requests of a policy. `minute` is how many real seconds a minute of the alarms takes here: of a metric that counts
 * (Sum, SampleCount), so much less comes together, and thresholds are lowered by as much.
 * @throws AwsError ValidationException for metrics that an ECS service has not
 */
export function managedAlarms(policy: TrackingPolicy, minute: number): PutMetricAlarmInput[] {
  const target = effectiveTarget(policy.configuration, minute);
  const common = {
    ...metricOf(policy.configuration, serviceOf({ ServiceNamespace: 'ecs', ResourceId: policy.resourceId })),
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
    ActionsEnabled: true,
    AlarmActions: [policy.arn],
  };
  const { high, low } = policy.alarms;
  return [
    {
      ...common,
      AlarmName: high,
      EvaluationPeriods: HIGH_PERIODS,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: target,
    },
    ...(low === undefined
      ? []
      : [
          {
            ...common,
            AlarmName: low,
            EvaluationPeriods: LOW_PERIODS,
            ComparisonOperator: 'LessThanThreshold' as const,
            Threshold: Number((target * LOW_SHARE).toPrecision(12)),
          },
        ]),
  ];
}

/** The target value as the alarms' periods, which speed shortens to `minute` seconds, see it. */
export function effectiveTarget(configuration: TargetTrackingScalingPolicyConfiguration, minute: number): number {
  const { TargetValue = 0, PredefinedMetricSpecification, CustomizedMetricSpecification } = configuration;
  const statistic = CustomizedMetricSpecification?.Statistic;
  const counts =
    PredefinedMetricSpecification?.PredefinedMetricType === 'ALBRequestCountPerTarget' ||
    statistic === 'Sum' ||
    statistic === 'SampleCount';
  return counts ? (TargetValue * minute) / PERIOD_S : TargetValue;
}

function metricOf(configuration: TargetTrackingScalingPolicyConfiguration, service: ServiceReference): AlarmMetric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  return predefined === undefined ? customizedMetric(customized ?? {}) : predefinedMetric(predefined, service);
}

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/monitoring-cloudwatch.html#predefined-metrics */
function predefinedMetric(
  { PredefinedMetricType: type, ResourceLabel: label }: PredefinedMetricSpecification,
  { cluster, service }: ServiceReference,
): AlarmMetric {
  if (label !== undefined && type !== 'ALBRequestCountPerTarget') {
    throw errors.invalid(`ResourceLabel is for ALBRequestCountPerTarget only, not for ${type}.`);
  }
  switch (type) {
    case 'ECSServiceAverageCPUUtilization':
    case 'ECSServiceAverageMemoryUtilization':
      return {
        Namespace: 'AWS/ECS',
        MetricName: type === 'ECSServiceAverageCPUUtilization' ? 'CPUUtilization' : 'MemoryUtilization',
        Dimensions: [
          { Name: 'ClusterName', Value: cluster },
          { Name: 'ServiceName', Value: service },
        ],
        Statistic: 'Average',
        Period: PERIOD_S,
      };
    case 'ALBRequestCountPerTarget': {
      const [, loadBalancer, targetGroup] =
        /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? '') ?? [];
      if (loadBalancer === undefined || targetGroup === undefined) {
        throw errors.invalid(
          `ALBRequestCountPerTarget needs a ResourceLabel app/<name>/<id>/targetgroup/<name>/<id>, the ends of both ARNs; not ${label}.`,
        );
      }
      return {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Dimensions: [
          { Name: 'LoadBalancer', Value: loadBalancer },
          { Name: 'TargetGroup', Value: targetGroup },
        ],
        Statistic: 'Sum',
        Period: PERIOD_S,
      };
    }
    default:
      throw errors.invalid(
        `${type} is not a metric that the rehearsal platform follows for ECS services: use ECSServiceAverageCPUUtilization, ECSServiceAverageMemoryUtilization, ALBRequestCountPerTarget or a customized metric.`,
      );
  }
}

function customizedMetric(specification: CustomizedMetricSpecification): AlarmMetric {
  const { MetricName, Namespace, Statistic, Dimensions, Unit, Metrics } = specification;
  if (Metrics !== undefined) {
    if (MetricName !== undefined || Namespace !== undefined || Statistic !== undefined) {
      throw errors.invalid('With Metrics, leave out MetricName, Namespace and Statistic: it is all said in Metrics.');
    }
    return {
      Metrics: Metrics.map(({ MetricStat, ...query }) => ({
        ...query,
        ...(MetricStat === undefined ? {} : { MetricStat: { ...MetricStat, Period: PERIOD_S } }),
      })) as NonNullable<AlarmMetric['Metrics']>,
    };
  }
  if (MetricName === undefined || Namespace === undefined || Statistic === undefined) {
    throw errors.invalid('A customized metric needs MetricName, Namespace and Statistic, or Metrics.');
  }
  return {
    MetricName,
    Namespace,
    Statistic,
    ...(Dimensions === undefined ? {} : { Dimensions }),
    ...(Unit === undefined ? {} : { Unit: Unit as NonNullable<AlarmMetric['Unit']> }),
    Period: PERIOD_S,
  };
}

/**
 * Where the rehearsal platform is known to differ from AWS on the wire. The tests hold it to exactly this: what is mended must be taken off,
 * and nothing may be added without a reason.
 */

/** Answers, as the capture proxy words them. */
export const KNOWN_VIOLATIONS: readonly string[] = [
  // Terraform and other clients make DNS aliases with it.
  'elbv2.CreateLoadBalancer answered 200: $.LoadBalancers[].CanonicalHostedZoneId is missing: AWS always has it in LoadBalancer',
  'elbv2.DescribeLoadBalancers answered 200: $.LoadBalancers[].CanonicalHostedZoneId is missing: AWS always has it in LoadBalancer',
];

/**
 * Values that AWS's models forbid and the platform accepts, by operation: where in the request, and what is wrong. The platform checks
 * requests by the SDK's schemas, which have structure and types, and no enums, lengths, ranges, patterns or whole numbers.
 */
export const UNCHECKED_VALUES: Readonly<Record<string, readonly string[]>> = {
  'cloudwatch.DescribeAlarmHistory': ['$.AlarmName: too long', '$.AlarmName: too short'],
  'cloudwatch.DescribeAlarms': ['$.AlarmNames[]: too long', '$.AlarmNames[]: too short'],
  'cloudwatch.DisableAlarmActions': [
    '$.AlarmNames: too many elements',
    '$.AlarmNames[]: too long',
    '$.AlarmNames[]: too short',
  ],
  'cloudwatch.EnableAlarmActions': [
    '$.AlarmNames: too many elements',
    '$.AlarmNames[]: too long',
    '$.AlarmNames[]: too short',
  ],
  'cloudwatch.GetMetricData': [
    '$.EndTime: milliseconds for timestamp',
    '$.MetricDataQueries[].MetricStat.Metric.Dimensions[].Name: too long',
    '$.MetricDataQueries[].MetricStat.Metric.Dimensions[].Value: too long',
    '$.MetricDataQueries[].MetricStat.Metric.MetricName: too long',
    '$.MetricDataQueries[].MetricStat.Metric.Namespace: too long',
    '$.MetricDataQueries[].MetricStat.Metric.Namespace: unfit for pattern',
    '$.ScanBy: unknown enum value',
  ],
  'cloudwatch.GetMetricStatistics': [
    '$.MetricName: too long',
    '$.MetricName: too short',
    '$.Namespace: too long',
    '$.Namespace: too short',
    '$.Namespace: unfit for pattern',
    '$.Statistics: too few elements',
    '$.Statistics: too many elements',
  ],
  'cloudwatch.ListMetrics': [
    '$.MetricName: too long',
    '$.MetricName: too short',
    '$.Namespace: too long',
    '$.Namespace: too short',
    '$.Namespace: unfit for pattern',
  ],
  'cloudwatch.PutMetricAlarm': [
    '$.Metrics[].MetricStat.Metric.MetricName: too long',
    '$.Metrics[].MetricStat.Metric.Namespace: too long',
    '$.Metrics[].MetricStat.Metric.Namespace: unfit for pattern',
  ],
  'ecr.BatchGetImage': [
    '$.imageIds: too few elements',
    '$.imageIds: too many elements',
    '$.imageIds[].imageTag: too long',
    '$.imageIds[].imageTag: too short',
  ],
  'ecs.CreateService': ['$.networkConfiguration.awsvpcConfiguration.assignPublicIp: unknown enum value'],
  'ecs.DescribeClusters': ['$.include[]: unknown enum value'],
  'ecs.DescribeTasks': ['$.include[]: unknown enum value'],
  'ecs.ListServiceDeployments': ['$.status[]: unknown enum value'],
  'ecs.RegisterTaskDefinition': [
    '$.containerDefinitions[].cpu: fraction for integer',
    '$.containerDefinitions[].portMappings[].containerPort: fraction for integer',
    '$.containerDefinitions[].portMappings[].hostPort: fraction for integer',
    '$.containerDefinitions[].portMappings[].protocol: unknown enum value',
    '$.requiresCompatibilities[]: unknown enum value',
  ],
  'ecs.TagResource': [
    '$.tags: too many elements',
    '$.tags[].key: too long',
    '$.tags[].key: too short',
    '$.tags[].key: unfit for pattern',
    '$.tags[].value: too long',
    '$.tags[].value: unfit for pattern',
  ],
  'ecs.UntagResource': ['$.tagKeys[]: too long', '$.tagKeys[]: too short', '$.tagKeys[]: unfit for pattern'],
  'ecs.UpdateService': [
    '$.deploymentConfiguration.bakeTimeInMinutes: fraction for integer',
    '$.deploymentConfiguration.lifecycleHooks[].targetType: unknown enum value',
    '$.deploymentConfiguration.lifecycleHooks[].timeoutConfiguration.action: unknown enum value',
    '$.deploymentConfiguration.lifecycleHooks[].timeoutConfiguration.timeoutInMinutes: fraction for integer',
  ],
  'elbv2.CreateTargetGroup': ['$.Port: fraction for integer'],
};

/** The operations of the models that the platform does not have; it refuses them by name. */
export const NOT_SUPPORTED: readonly string[] = [
  'application-autoscaling.DeleteScalingPolicy',
  'application-autoscaling.DeleteScheduledAction',
  'application-autoscaling.DeregisterScalableTarget',
  'application-autoscaling.DescribeScalableTargets',
  'application-autoscaling.DescribeScalingActivities',
  'application-autoscaling.DescribeScalingPolicies',
  'application-autoscaling.DescribeScheduledActions',
  'application-autoscaling.PutScalingPolicy',
  'application-autoscaling.PutScheduledAction',
  'application-autoscaling.RegisterScalableTarget',
  'cloudwatch.DescribeAlarmsForMetric',
  'cloudwatch.ListTagsForResource',
  'cloudwatch.TagResource',
  'cloudwatch.UntagResource',
  'ecs.ListTaskDefinitionFamilies',
  'ecs.RunTask',
  'logs.GetLogEvents',
];

/**
 * Where the rehearsal platform is known to differ from AWS on the wire. The tests hold it to exactly this: what is mended must be taken off,
 * and nothing may be added without a reason.
 */

/** Answers, as the capture proxy words them. */
export const KNOWN_VIOLATIONS: readonly string[] = [
  // AWS's text of the member lists this stage, and hooks may stand at it; only the model's enum of what Describe answers lacks it.
  'ecs.DescribeServiceDeployments answered 200: $.serviceDeployments[].lifecycleStage must be one of RECONCILE_SERVICE, PRE_SCALE_UP, SCALE_UP, POST_SCALE_UP, TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT, BAKE_TIME, CLEAN_UP, not "PRE_PRODUCTION_TRAFFIC_SHIFT" (ServiceDeploymentLifecycleStage)',
];

/** Values that AWS's models forbid and the platform accepts, by operation: where in the request, and what is wrong. */
export const UNCHECKED_VALUES: Readonly<Record<string, readonly string[]>> = {
  // Milliseconds read as seconds are a time in the year 58,858, which nothing in the model forbids; the range then ends at the newest data.
  'cloudwatch.GetMetricData': ['$.EndTime: milliseconds for timestamp'],
};

/** The operations of the models that the platform does not have; it refuses them by name. */
export const NOT_SUPPORTED: readonly string[] = [
  'cloudwatch.DescribeAlarmsForMetric',
  'cloudwatch.ListTagsForResource',
  'cloudwatch.TagResource',
  'cloudwatch.UntagResource',
  'ecs.ListTaskDefinitionFamilies',
];

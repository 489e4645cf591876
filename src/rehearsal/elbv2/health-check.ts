/** Health check settings: AWS's defaults and ranges. */
import { notHere, validationError } from './errors.ts';
import type { HealthCheckRecord } from './state.ts';

/** What CreateTargetGroup and ModifyTargetGroup share. */
export interface HealthCheckInput {
  readonly HealthCheckProtocol?: string | undefined;
  readonly HealthCheckPort?: string | undefined;
  readonly HealthCheckEnabled?: boolean | undefined;
  readonly HealthCheckPath?: string | undefined;
  readonly HealthCheckIntervalSeconds?: number | undefined;
  readonly HealthCheckTimeoutSeconds?: number | undefined;
  readonly HealthyThresholdCount?: number | undefined;
  readonly UnhealthyThresholdCount?: number | undefined;
  readonly Matcher?: { readonly HttpCode?: string | undefined } | undefined;
}

export const HEALTH_CHECK_SUPPORT: readonly string[] = [
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckEnabled',
  'HealthCheckPath',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher.HttpCode',
];

/**
 * AWS's defaults for a group of type `ip`. For the timeout the user guide says 5 s and the API's own text 6 s; this is the guide's.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export const DEFAULT_HEALTH_CHECK: HealthCheckRecord = {
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

const MATCHER = /^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/;

/**
 * The settings after a call, by AWS's ranges (same page).
 * @throws AwsError ValidationError
 */
export function readHealthCheck(present: HealthCheckRecord, input: HealthCheckInput): HealthCheckRecord {
  refuseOtherKinds(input);
  const read: HealthCheckRecord = {
    path: input.HealthCheckPath ?? present.path,
    intervalSeconds: inRange(
      'Health check interval',
      input.HealthCheckIntervalSeconds ?? present.intervalSeconds,
      5,
      300,
    ),
    timeoutSeconds: inRange('Health check timeout', input.HealthCheckTimeoutSeconds ?? present.timeoutSeconds, 2, 120),
    healthyThreshold: inRange(
      'Healthy threshold count',
      input.HealthyThresholdCount ?? present.healthyThreshold,
      2,
      10,
    ),
    unhealthyThreshold: inRange(
      'Unhealthy threshold count',
      input.UnhealthyThresholdCount ?? present.unhealthyThreshold,
      2,
      10,
    ),
    matcher: input.Matcher?.HttpCode ?? present.matcher,
  };
  if (read.timeoutSeconds >= read.intervalSeconds) {
    throw validationError('Health check interval must be greater than the timeout.');
  }
  if (!read.path.startsWith('/') || read.path.length > 1024) {
    throw validationError(`Health check path '${read.path}' must start with '/' and have at most 1024 characters`);
  }
  if (!MATCHER.test(read.matcher)) {
    throw validationError(`Health check matcher '${read.matcher}' must be codes such as 200, 200,202 or 200-299`);
  }
  return read;
}

function refuseOtherKinds(input: HealthCheckInput): void {
  if ((input.HealthCheckProtocol ?? 'HTTP') !== 'HTTP') {
    throw notHere(`health checks over ${input.HealthCheckProtocol}`, 'use HTTP');
  }
  if ((input.HealthCheckPort ?? 'traffic-port') !== 'traffic-port') {
    throw notHere(`the health check port '${input.HealthCheckPort}'`, "leave it at 'traffic-port'");
  }
  if (input.HealthCheckEnabled === false) {
    throw validationError('Health checks must be enabled for target groups with target type ip');
  }
}

function inRange(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw validationError(`${name} '${value}' must be between ${low} and ${high}`);
  }
  return value;
}

/** The attributes of load balancers and target groups: AWS's names and defaults, and which of them do something here. */
import { AwsError } from '../wire/operation.ts';

interface AttributeRule {
  readonly default: string;
  /** What may be set; without it the default is the only value that is honoured. */
  readonly accepts?: (value: string) => boolean;
  /** What `accepts` takes, in words. */
  readonly values?: string;
}

type AttributeTable = Readonly<Record<string, AttributeRule>>;

const wholeNumber = (low: number, high: number): Pick<AttributeRule, 'accepts' | 'values'> => ({
  accepts: (value) => /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high,
  values: `a whole number from ${low} to ${high}`,
});

const oneOf = (...allowed: string[]): Pick<AttributeRule, 'accepts' | 'values'> => ({
  accepts: (value) => allowed.includes(value),
  values: `one of ${allowed.join(', ')}`,
});

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const LOAD_BALANCER_ATTRIBUTES: AttributeTable = {
  'access_logs.s3.enabled': { default: 'false' },
  'access_logs.s3.bucket': { default: '' },
  'access_logs.s3.prefix': { default: '' },
  'client_keep_alive.seconds': { default: '3600' },
  'connection_logs.s3.enabled': { default: 'false' },
  'connection_logs.s3.bucket': { default: '' },
  'connection_logs.s3.prefix': { default: '' },
  'deletion_protection.enabled': { default: 'false', ...oneOf('true', 'false') },
  'idle_timeout.timeout_seconds': { default: '60', ...wholeNumber(1, 4000) },
  'load_balancing.cross_zone.enabled': { default: 'true' },
  'routing.http.desync_mitigation_mode': { default: 'defensive' },
  'routing.http.drop_invalid_header_fields.enabled': { default: 'false' },
  'routing.http.preserve_host_header.enabled': { default: 'false' },
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': { default: 'false' },
  'routing.http.xff_client_port.enabled': { default: 'false' },
  'routing.http.xff_header_processing.mode': { default: 'append' },
  'routing.http2.enabled': { default: 'true' },
  'waf.fail_open.enabled': { default: 'false' },
  'zonal_shift.config.enabled': { default: 'false' },
};

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
export const TARGET_GROUP_ATTRIBUTES: AttributeTable = {
  'deregistration_delay.timeout_seconds': { default: '300', ...wholeNumber(0, 3600) },
  'load_balancing.algorithm.type': { default: 'round_robin', ...oneOf('round_robin', 'least_outstanding_requests') },
  'load_balancing.algorithm.anomaly_mitigation': { default: 'off' },
  'load_balancing.cross_zone.enabled': {
    default: 'use_load_balancer_configuration',
    ...oneOf('true', 'use_load_balancer_configuration'),
  },
  'slow_start.duration_seconds': { default: '0' },
  'stickiness.enabled': { default: 'false' },
  'stickiness.type': { default: 'lb_cookie' },
  'stickiness.lb_cookie.duration_seconds': { default: '86400' },
  'stickiness.app_cookie.cookie_name': { default: '' },
  'stickiness.app_cookie.duration_seconds': { default: '86400' },
  'target_group_health.dns_failover.minimum_healthy_targets.count': { default: '1' },
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': { default: 'off' },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': { default: '1' },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': { default: 'off' },
};

/** Every attribute at its default. */
export function defaultAttributes(table: AttributeTable): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).map(([key, rule]) => [key, rule.default]));
}

/** Attributes in the API's list form. */
export function listAttributes(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * The attributes after a change.
 * @throws AwsError ValidationError for keys that AWS does not have, values out of range, and values that have no effect here.
 */
export function changeAttributes(
  table: AttributeTable,
  present: Readonly<Record<string, string>>,
  changes: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Readonly<Record<string, string>> {
  const changed = { ...present };
  for (const { Key: key = '', Value: value = '' } of changes) {
    const rule = table[key];
    if (rule === undefined) {
      throw new AwsError('InvalidConfigurationRequestException', `Attribute key '${key}' is not recognized`);
    }
    if (value !== rule.default && !rule.accepts?.(value)) {
      throw new AwsError(
        'InvalidConfigurationRequestException',
        rule.values === undefined
          ? `The rehearsal platform does not support '${key}' = '${value}': leave it at its default, '${rule.default}'`
          : `'${value}' is not valid for '${key}': it must be ${rule.values}`,
      );
    }
    changed[key] = value;
  }
  return changed;
}

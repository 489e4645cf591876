/**
 * What the control plane and the balancer process tell each other over the IPC channel of `child_process`.
 * The control plane always sends the whole configuration; the balancer applies it atomically and acknowledges the version.
 */

export interface HealthCheckConfig {
  readonly path: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** AWS's matcher text: `200`, `200,202` or `200-299`. */
  readonly matcher: string;
}

export interface TargetConfig {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  /** Set once the target was deregistered: no new requests, those in flight go on until `drainUntil` (epoch ms), then 502. */
  readonly drainUntil?: number;
}

export interface TargetGroupConfig {
  readonly arn: string;
  /** `app/name/id` style dimensions as CloudWatch wants them: `targetgroup/<name>/<id>`. */
  readonly dimension: string;
  readonly healthCheck: HealthCheckConfig;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
  readonly targets: readonly TargetConfig[];
}

export type RuleCondition =
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] };

export type RuleAction =
  | { readonly type: 'forward'; readonly groups: readonly { readonly arn: string; readonly weight: number }[] }
  | { readonly type: 'fixed-response'; readonly status: number; readonly contentType: string; readonly body: string };

export interface RuleConfig {
  readonly arn: string;
  /** Lower goes first; the default rule is Infinity, sent as null. */
  readonly priority: number | null;
  readonly conditions: readonly RuleCondition[];
  readonly action: RuleAction;
}

export interface ListenerConfig {
  readonly arn: string;
  readonly loadBalancer: { readonly arn: string /** `app/<name>/<id>` */; readonly dimension: string };
  readonly host: string;
  readonly port: number;
  readonly idleTimeoutMs: number;
  readonly rules: readonly RuleConfig[];
}

export interface BalancerConfig {
  readonly version: number;
  readonly listeners: readonly ListenerConfig[];
  readonly targetGroups: readonly TargetGroupConfig[];
}

/** What is done to the packets of one target. */
export interface TargetImpairment {
  readonly host: string;
  /** Undefined: every port of the host. */
  readonly port: number | undefined;
  /** Added to what the target sends, give or take the jitter. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Of the segments that the target sends, 0 to 100. */
  readonly lossPercent: number;
  /** How many of the connections are concerned, 0 to 100. */
  readonly flowsPercent: number;
  /** Nothing that is sent to the target arrives. */
  readonly blocked: boolean;
  /** Nothing that the target sends arrives. */
  readonly silent?: true;
}

/** Faults on the way between the load balancer and its targets. */
export interface NetworkFaults {
  /** No packet enters or leaves these zones. */
  readonly darkZones: readonly string[];
  /** Zonal shifts: the load balancer (by ARN) sends nothing to targets of the zone. */
  readonly shifts: readonly { readonly loadBalancer: string; readonly zone: string }[];
  readonly impairments: readonly TargetImpairment[];
}

export const NO_FAULTS: NetworkFaults = { darkZones: [], shifts: [], impairments: [] };

export type ToBalancer =
  | { readonly type: 'configure'; readonly config: BalancerConfig }
  /** These faults and no others, from now on; answered with `disturbed`. */
  | { readonly type: 'disturb'; readonly request: number; readonly faults: NetworkFaults }
  /** Write a line for each request into this file. Sent before the first configuration, or never. */
  | { readonly type: 'log'; readonly file: string }
  | { readonly type: 'stop' };

/** AWS's states of a target. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

export interface TargetHealthReport {
  readonly targetGroupArn: string;
  readonly host: string;
  readonly port: number;
  readonly state: TargetState;
  /** AWS's reason codes: `Elb.InitialHealthChecking`, `Target.ResponseCodeMismatch`, `Target.Timeout`, `Target.FailedHealthChecks`, … */
  readonly reason?: string;
  readonly description?: string;
}

/** Traffic of one second for one (load balancer, target group, zone of the target); target-less requests have no group and no zone. */
export interface TrafficRow {
  readonly loadBalancer: string;
  readonly targetGroup: string | null;
  readonly zone: string | null;
  /** Requests for which a target was chosen (AWS's RequestCount) or, in rows without group, none. */
  readonly requests: number;
  readonly target2xx: number;
  readonly target3xx: number;
  readonly target4xx: number;
  readonly target5xx: number;
  readonly elb4xx: number;
  readonly elb502: number;
  readonly elb503: number;
  readonly elb504: number;
  /** Status 460: the client closed first. */
  readonly clientClosed: number;
  readonly connectionErrors: number;
  readonly failOpenRequests: number;
  /** Seconds from sending the request to the target until its response headers, as a log histogram: bucket index → count. */
  readonly responseTime: readonly (readonly [bucket: number, count: number])[];
  readonly responseTimeSum: number;
}

export type FromBalancer =
  | { readonly type: 'ready' }
  | { readonly type: 'applied'; readonly version: number; readonly error?: string }
  | { readonly type: 'disturbed'; readonly request: number }
  | { readonly type: 'health'; readonly reports: readonly TargetHealthReport[] }
  /** Sent once a second for every second that had traffic; `second` is the epoch second in which the responses ended. */
  | { readonly type: 'traffic'; readonly second: number; readonly rows: readonly TrafficRow[] }
  /** Requests in flight per target, once a second while any is not 0 and once when all became 0. */
  | {
      readonly type: 'in-flight';
      readonly targets: readonly (readonly [targetGroupArn: string, host: string, port: number, count: number])[];
    }
  | { readonly type: 'stopped' };

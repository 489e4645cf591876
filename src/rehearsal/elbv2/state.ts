/** What the ELBv2 control plane knows. Records are never changed in place: a change puts another record into the draft's maps. */
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  /** `app/<name>/<id>`: CloudWatch's LoadBalancer dimension. */
  readonly dimension: string;
  /** Its loopback address, which is also its DNS name. */
  readonly host: string;
  /** Which of the plan's load balancer addresses it has. */
  readonly index: number;
  readonly createdAt: Date;
  readonly scheme: 'internet-facing' | 'internal';
  readonly zones: readonly { readonly zone: string; readonly subnetId: string }[];
  readonly securityGroups: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TargetRecord {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  /** Epoch ms at which the deregistration delay is over. */
  readonly drainUntil?: number;
}

export interface HealthCheckRecord {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: string;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  /** `targetgroup/<name>/<id>`: CloudWatch's TargetGroup dimension. */
  readonly dimension: string;
  readonly port: number;
  readonly healthCheck: HealthCheckRecord;
  readonly attributes: Readonly<Record<string, string>>;
  readonly targets: readonly TargetRecord[];
}

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancerArn: string;
  /** The port that was asked for and that AWS's calls show. */
  readonly port: number;
  /** Where it really listens: another port when that one cannot be bound here. */
  readonly address: { readonly host: string; readonly port: number };
}

export interface RuleRecord {
  readonly arn: string;
  readonly listenerArn: string;
  /** null: the default rule. */
  readonly priority: number | null;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
}

export interface ElbState {
  readonly loadBalancers: Map<string, LoadBalancerRecord>;
  readonly targetGroups: Map<string, TargetGroupRecord>;
  readonly listeners: Map<string, ListenerRecord>;
  readonly rules: Map<string, RuleRecord>;
  /** Tags by resource ARN. */
  readonly tags: Map<string, ReadonlyMap<string, string>>;
}

export function emptyState(): ElbState {
  return { loadBalancers: new Map(), targetGroups: new Map(), listeners: new Map(), rules: new Map(), tags: new Map() };
}

/** A copy to change; records are shared. */
export function copyState(state: ElbState): ElbState {
  return {
    loadBalancers: new Map(state.loadBalancers),
    targetGroups: new Map(state.targetGroups),
    listeners: new Map(state.listeners),
    rules: new Map(state.rules),
    tags: new Map(state.tags),
  };
}

/** The rules of a listener, by priority, the default rule last. */
export function rulesOf(state: ElbState, listenerArn: string): RuleRecord[] {
  return [...state.rules.values()]
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity));
}

/** The target groups that an action forwards to. */
export function groupsOfAction(action: Action): readonly { readonly arn: string; readonly weight: number }[] {
  return (action.ForwardConfig?.TargetGroups ?? []).map((group) => ({
    arn: group.TargetGroupArn ?? '',
    weight: group.Weight ?? 1,
  }));
}

/** The load balancers whose rules forward to a target group; AWS allows one, and none before a rule names the group. */
export function loadBalancersOf(state: ElbState, targetGroupArn: string): LoadBalancerRecord[] {
  const found = new Set<LoadBalancerRecord>();
  for (const rule of state.rules.values()) {
    const listener = state.listeners.get(rule.listenerArn);
    const loadBalancer = listener && state.loadBalancers.get(listener.loadBalancerArn);
    if (
      loadBalancer !== undefined &&
      rule.actions.some((action) => groupsOfAction(action).some(({ arn }) => arn === targetGroupArn))
    ) {
      found.add(loadBalancer);
    }
  }
  return [...found];
}

/** Removes a rule and what hangs on it. */
export function removeRule(draft: ElbState, arn: string): void {
  draft.rules.delete(arn);
  draft.tags.delete(arn);
}

/** Removes a listener with its rules. */
export function removeListener(draft: ElbState, arn: string): void {
  for (const rule of rulesOf(draft, arn)) {
    removeRule(draft, rule.arn);
  }
  draft.listeners.delete(arn);
  draft.tags.delete(arn);
}

/** From the control plane's state to what the balancer process is told. Pure. */
import type { Action, RuleCondition as AwsCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  BalancerConfig,
  ListenerConfig,
  RuleAction,
  RuleCondition,
  TargetGroupConfig,
} from '../world/balancer/protocol.ts';
import {
  type ElbState,
  groupsOfAction,
  type ListenerRecord,
  loadBalancersOf,
  rulesOf,
  type TargetGroupRecord,
  type TargetRecord,
} from './state.ts';

/** Whether a target's zone is one that the group's load balancer has a subnet in; a group without load balancer has no zones to miss. */
export function zoneEnabled(state: ElbState, group: TargetGroupRecord, target: TargetRecord): boolean {
  const loadBalancers = loadBalancersOf(state, group.arn);
  return (
    loadBalancers.length === 0 ||
    loadBalancers.some((loadBalancer) => loadBalancer.zones.some(({ zone }) => zone === target.zone))
  );
}

function targetGroupConfig(state: ElbState, group: TargetGroupRecord): TargetGroupConfig {
  const { healthCheck, attributes } = group;
  return {
    arn: group.arn,
    dimension: group.dimension,
    healthCheck: {
      path: healthCheck.path,
      intervalMs: healthCheck.intervalSeconds * 1000,
      timeoutMs: healthCheck.timeoutSeconds * 1000,
      healthyThreshold: healthCheck.healthyThreshold,
      unhealthyThreshold: healthCheck.unhealthyThreshold,
      matcher: healthCheck.matcher,
    },
    algorithm:
      attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests'
        ? 'least_outstanding_requests'
        : 'round_robin',
    targets: group.targets.filter((target) => zoneEnabled(state, group, target)),
  };
}

/** The balancer's form of an action that `readActions` has checked. */
function ruleAction(actions: readonly Action[]): RuleAction {
  const fixed = actions[0]?.FixedResponseConfig;
  if (fixed !== undefined) {
    return {
      type: 'fixed-response',
      status: Number(fixed.StatusCode),
      contentType: fixed.ContentType ?? 'text/plain',
      body: fixed.MessageBody ?? '',
    };
  }
  return { type: 'forward', groups: actions.flatMap(groupsOfAction) };
}

/** The balancer's form of a condition that `readConditions` has checked. */
function ruleCondition(condition: AwsCondition): RuleCondition {
  if (condition.HttpHeaderConfig !== undefined) {
    const { HttpHeaderName: name = '', Values: values = [] } = condition.HttpHeaderConfig;
    return { field: 'http-header', name, values };
  }
  const { HostHeaderConfig: host, PathPatternConfig: path } = condition;
  return host === undefined
    ? { field: 'path-pattern', values: path?.Values ?? [] }
    : { field: 'host-header', values: host.Values ?? [] };
}

function listenerConfig(state: ElbState, listener: ListenerRecord): ListenerConfig | undefined {
  const loadBalancer = state.loadBalancers.get(listener.loadBalancerArn);
  return (
    loadBalancer && {
      arn: listener.arn,
      loadBalancer: { arn: loadBalancer.arn, dimension: loadBalancer.dimension },
      host: listener.address.host,
      port: listener.address.port,
      idleTimeoutMs: Number(loadBalancer.attributes['idle_timeout.timeout_seconds']) * 1000,
      rules: rulesOf(state, listener.arn).map((rule) => ({
        arn: rule.arn,
        priority: rule.priority,
        conditions: rule.conditions.map(ruleCondition),
        action: ruleAction(rule.actions),
      })),
    }
  );
}

/** The whole configuration. */
export function balancerConfig(state: ElbState, version: number): BalancerConfig {
  return {
    version,
    listeners: [...state.listeners.values()].flatMap((listener) => listenerConfig(state, listener) ?? []),
    targetGroups: [...state.targetGroups.values()].map((group) => targetGroupConfig(state, group)),
  };
}

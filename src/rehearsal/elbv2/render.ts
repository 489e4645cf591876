/** Records in the form that AWS's calls give back. */

import type {
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetHealthReport } from '../world/balancer/protocol.ts';
import { zoneEnabled } from './balancer-config.ts';
import { hostedZoneId, regionOf } from './hosted-zone.ts';
import {
  type ElbState,
  type ListenerRecord,
  type LoadBalancerRecord,
  loadBalancersOf,
  type RuleRecord,
  rulesOf,
  type TargetGroupRecord,
  type TargetRecord,
} from './state.ts';
import type { ElbStore } from './store.ts';

export function renderLoadBalancer(record: LoadBalancerRecord, vpcId: string): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.host,
    CanonicalHostedZoneId: hostedZoneId(regionOf(record.arn)),
    CreatedTime: record.createdAt,
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: record.zones.map(({ zone, subnetId }) => ({ ZoneName: zone, SubnetId: subnetId })),
    SecurityGroups: [...record.securityGroups],
    IpAddressType: 'ipv4',
  };
}

export function renderTargetGroup(state: ElbState, record: TargetGroupRecord, vpcId: string): TargetGroup {
  const { healthCheck } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: record.port,
    VpcId: vpcId,
    TargetType: 'ip',
    IpAddressType: 'ipv4',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: loadBalancersOf(state, record.arn).map(({ arn }) => arn),
  };
}

export function renderListener(state: ElbState, record: ListenerRecord): Listener {
  const standard = rulesOf(state, record.arn).find((rule) => rule.priority === null);
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: 'HTTP',
    DefaultActions: [...(standard?.actions ?? [])],
  };
}

export function renderRule(record: RuleRecord): Rule {
  return {
    RuleArn: record.arn,
    Priority: record.priority === null ? 'default' : String(record.priority),
    Conditions: [...record.conditions],
    Actions: [...record.actions],
    IsDefault: record.priority === null,
  };
}

/**
 * A target's health: draining and unused are known here, the rest is the balancer's last report.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
 */
export function renderTargetHealth(
  store: ElbStore,
  state: ElbState,
  group: TargetGroupRecord,
  target: TargetRecord,
): TargetHealthDescription {
  return {
    Target: { Id: target.host, Port: target.port, AvailabilityZone: target.zone },
    HealthCheckPort: String(target.port),
    TargetHealth: targetHealth(store, state, group, target),
  };
}

/** The state alone. */
export function targetState(
  store: ElbStore,
  state: ElbState,
  group: TargetGroupRecord,
  target: TargetRecord,
): TargetHealthReport['state'] {
  return (targetHealth(store, state, group, target).State ?? 'unused') as TargetHealthReport['state'];
}

type Health = NonNullable<TargetHealthDescription['TargetHealth']>;

function targetHealth(store: ElbStore, state: ElbState, group: TargetGroupRecord, target: TargetRecord): Health {
  if (target.drainUntil !== undefined) {
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    };
  }
  if (loadBalancersOf(state, group.arn).length === 0) {
    return notInUse('Target group is not configured to receive traffic from the load balancer');
  }
  if (!zoneEnabled(state, group, target)) {
    return notInUse('Target is in an Availability Zone that is not enabled for the load balancer');
  }
  const report = store.health(group.arn, target.host, target.port);
  if (report === undefined || report.state === 'unused' || report.state === 'draining') {
    return {
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    };
  }
  return {
    State: report.state,
    ...(report.reason === undefined ? {} : { Reason: report.reason as Health['Reason'] }),
    ...(report.description === undefined ? {} : { Description: report.description }),
  };
}

const notInUse = (description: string): Health => ({
  State: 'unused',
  Reason: 'Target.NotInUse',
  Description: description,
});

/** The answer for a target that was asked for by name and is not there. */
export function renderUnregistered(host: string, port: number): TargetHealthDescription {
  return {
    Target: { Id: host, Port: port },
    HealthCheckPort: String(port),
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  };
}

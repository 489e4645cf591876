/** What is in front of a seeded service. */
import type {
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandOutput,
  CreateTargetGroupCommandOutput,
  DescribeRulesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RehearsalSettings } from '../../platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { zoneTags } from '../fis/zone-tags.ts';
import type { InternalCall } from '../wire/operation.ts';
import type { SeedContext } from './context.ts';

/** ELBv2 names hold 32 characters. */
export function shorten(name: string): string {
  return name.slice(0, 24).replace(/-+$/, '');
}

/** A load balancer in the subnets of the platform, with the tags that zonal faults look for. @returns its ARN */
export async function createLoadBalancer(
  name: string,
  environment: string,
  { call, subnets }: SeedContext,
): Promise<string> {
  const answer = await call<CreateLoadBalancerCommandOutput>('elbv2', 'CreateLoadBalancer', {
    Name: name,
    Subnets: [...subnets],
    Tags: Object.entries(zoneTags(environment)).map(([Key, Value]) => ({ Key, Value })),
  });
  return answer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

/** A target group with the health check of the rehearsal. @returns its ARN */
export async function createTargetGroup(
  name: string,
  target: ServiceInEnvironment,
  { healthCheck, deregistrationDelaySeconds }: RehearsalSettings,
  { call, vpcId }: SeedContext,
): Promise<string> {
  const answer = await call<CreateTargetGroupCommandOutput>('elbv2', 'CreateTargetGroup', {
    Name: name,
    Protocol: 'HTTP',
    Port: target.port,
    VpcId: vpcId,
    TargetType: 'ip',
    HealthCheckPath: target.healthPath,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
  });
  const arn = answer.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await call('elbv2', 'ModifyTargetGroupAttributes', {
    TargetGroupArn: arn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(deregistrationDelaySeconds) }],
  });
  return arn;
}

/** A listener that shares its traffic out by weight. @returns its ARN */
export async function createListener(
  loadBalancer: string,
  port: number,
  weights: readonly (readonly [string | undefined, number])[],
  call: InternalCall,
): Promise<string> {
  const answer = await call<CreateListenerCommandOutput>('elbv2', 'CreateListener', {
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
      },
    ],
  });
  return answer.Listeners?.[0]?.ListenerArn ?? '';
}

/** The ARN of the rule of a listener that ECS moves the traffic with. */
export async function defaultRule(listenerArn: string, call: InternalCall): Promise<string> {
  const answer = await call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', { ListenerArn: listenerArn });
  return answer.Rules?.find((rule) => rule.IsDefault)?.RuleArn ?? '';
}

/** The load-balancer calls that operations make. */
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { awsCall } from '../errors.ts';

export { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

export interface Elbv2Gateway {
  rules(arns: readonly string[]): Promise<Rule[]>;
  listeners(arns: readonly string[]): Promise<Listener[]>;
  loadBalancers(arns: readonly string[]): Promise<LoadBalancer[]>;
  targetGroups(arns: readonly string[]): Promise<TargetGroup[]>;
  /** All that a load balancer sends requests to. */
  targetGroupsOf(loadBalancerArn: string): Promise<TargetGroup[]>;
  targetHealth(targetGroupArn: string): Promise<TargetHealthDescription[]>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createElbv2Gateway(client: ElasticLoadBalancingV2Client, signal?: AbortSignal): Elbv2Gateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    rules: (arns) =>
      awsCall(
        'elasticloadbalancing:DescribeRules',
        async () => (await client.send(new DescribeRulesCommand({ RuleArns: [...arns] }), options)).Rules ?? [],
      ),
    listeners: (arns) =>
      awsCall(
        'elasticloadbalancing:DescribeListeners',
        async () =>
          (await client.send(new DescribeListenersCommand({ ListenerArns: [...arns] }), options)).Listeners ?? [],
      ),
    loadBalancers: (arns) =>
      awsCall(
        'elasticloadbalancing:DescribeLoadBalancers',
        async () =>
          (await client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...arns] }), options))
            .LoadBalancers ?? [],
      ),
    targetGroups: (arns) =>
      awsCall(
        'elasticloadbalancing:DescribeTargetGroups',
        async () =>
          (await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }), options)).TargetGroups ??
          [],
      ),
    // A load balancer has at most 100 target groups (AWS: quotas), and a page holds 400.
    targetGroupsOf: (arn) =>
      awsCall(
        'elasticloadbalancing:DescribeTargetGroups',
        async () =>
          (await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }), options)).TargetGroups ?? [],
      ),
    targetHealth: (arn) =>
      awsCall(
        'elasticloadbalancing:DescribeTargetHealth',
        async () =>
          (await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options))
            .TargetHealthDescriptions ?? [],
      ),
  };
}

/** Elastic Load Balancing v2: the public API over the real load balancer. */
import type { ServiceModule } from '../wire/operation.ts';
import type { Balancer } from '../world/balancer/client.ts';
import type { TargetHealthReport } from '../world/balancer/protocol.ts';
import type { Elbv2Context } from './context.ts';
import { addTags } from './operations/add-tags.ts';
import { createListener } from './operations/create-listener.ts';
import { createLoadBalancer } from './operations/create-load-balancer.ts';
import { createRule } from './operations/create-rule.ts';
import { createTargetGroup } from './operations/create-target-group.ts';
import { deleteListener } from './operations/delete-listener.ts';
import { deleteLoadBalancer } from './operations/delete-load-balancer.ts';
import { deleteRule } from './operations/delete-rule.ts';
import { deleteTargetGroup } from './operations/delete-target-group.ts';
import { deregisterTargets } from './operations/deregister-targets.ts';
import { describeListeners } from './operations/describe-listeners.ts';
import { describeLoadBalancerAttributes } from './operations/describe-load-balancer-attributes.ts';
import { describeLoadBalancers } from './operations/describe-load-balancers.ts';
import { describeRules } from './operations/describe-rules.ts';
import { describeTags } from './operations/describe-tags.ts';
import { describeTargetGroupAttributes } from './operations/describe-target-group-attributes.ts';
import { describeTargetGroups } from './operations/describe-target-groups.ts';
import { describeTargetHealth } from './operations/describe-target-health.ts';
import { modifyListener } from './operations/modify-listener.ts';
import { modifyLoadBalancerAttributes } from './operations/modify-load-balancer-attributes.ts';
import { modifyRule } from './operations/modify-rule.ts';
import { modifyTargetGroup } from './operations/modify-target-group.ts';
import { modifyTargetGroupAttributes } from './operations/modify-target-group-attributes.ts';
import { registerTargets } from './operations/register-targets.ts';
import { removeTags } from './operations/remove-tags.ts';
import { setRulePriorities } from './operations/set-rule-priorities.ts';
import { targetState } from './render.ts';
import { loadBalancersOf } from './state.ts';
import { ElbStore } from './store.ts';

export interface Elbv2Options extends Omit<Elbv2Context, 'store'> {
  readonly balancer: Balancer;
}

export interface Elbv2 {
  readonly module: ServiceModule;
  /** Where a listener really answers, without a slash at the end; undefined for an unknown ARN. */
  urlOf(listenerArn: string): string | undefined;
  /** CloudWatch's dimensions of a target group and of the load balancers that forward to it. */
  dimensions(targetGroupArn: string): { readonly targetGroup: string; readonly loadBalancers: readonly string[] };
  /** Whether the load balancer with this address forwards to a group with a healthy target. */
  loadBalancerHealthy(host: string): boolean;
  /** The state of every registered or draining target, as DescribeTargetHealth would give it. */
  targets(): readonly TargetHealthReport[];
}

/** The service over a balancer process. Every operation that changes something answers once the balancer has it in force. */
export function createElbv2(options: Elbv2Options): Elbv2 {
  const { balancer, ...rest } = options;
  const store = new ElbStore(balancer, options.clock);
  const context: Elbv2Context = { ...rest, store };
  const operations = [
    createLoadBalancer,
    describeLoadBalancers,
    deleteLoadBalancer,
    modifyLoadBalancerAttributes,
    describeLoadBalancerAttributes,
    createTargetGroup,
    describeTargetGroups,
    modifyTargetGroup,
    modifyTargetGroupAttributes,
    describeTargetGroupAttributes,
    deleteTargetGroup,
    createListener,
    describeListeners,
    modifyListener,
    deleteListener,
    createRule,
    describeRules,
    modifyRule,
    deleteRule,
    setRulePriorities,
    registerTargets,
    deregisterTargets,
    describeTargetHealth,
    addTags,
    describeTags,
    removeTags,
  ].map((make) => make(context));
  const targets = (): TargetHealthReport[] => {
    const state = store.read();
    return [...state.targetGroups].flatMap(([targetGroupArn, group]) =>
      group.targets.map((target) => ({
        targetGroupArn,
        host: target.host,
        port: target.port,
        state: targetState(store, state, group, target),
      })),
    );
  };
  return {
    module: { id: 'elbv2', operations },
    urlOf(listenerArn) {
      const address = store.read().listeners.get(listenerArn)?.address;
      return address && `http://${address.host}:${address.port}`;
    },
    dimensions(targetGroupArn) {
      const state = store.read();
      return {
        targetGroup: state.targetGroups.get(targetGroupArn)?.dimension ?? '',
        loadBalancers: loadBalancersOf(state, targetGroupArn).map(({ dimension }) => dimension),
      };
    },
    loadBalancerHealthy: (host) =>
      targets().some(
        ({ targetGroupArn, state }) =>
          state === 'healthy' && loadBalancersOf(store.read(), targetGroupArn).some((each) => each.host === host),
      ),
    targets,
  };
}

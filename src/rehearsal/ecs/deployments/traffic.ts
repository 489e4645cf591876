/** Moves listener rules between the two groups of a blue-green pair, only through the public ELBv2 operations. */
import type {
  Action,
  DescribeRulesCommandInput,
  DescribeRulesCommandOutput,
  ModifyListenerCommandInput,
  ModifyRuleCommandInput,
  Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InternalCall } from '../../wire/operation.ts';
import { ruleWeights } from '../plan/weight-steps.ts';
import type { ResolvedTarget } from '../records/revision.ts';

export type RuleKind = 'production' | 'test';

/** AWS's words for groups that the rules do not reach. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-code-deploy-to-ecs-blue-green.html */
export const INVALID_NETWORKING =
  'invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule.';

/**
 * Gives `percent` of the rule's traffic to the revision's groups and the rest to their alternates. Like ECS it does not look at the
 * weights that are there (containers-roadmap#2853). A service with several load balancers has a rule for each: `moved` is told of every
 * one, so that what a failure leaves half way is known. Rejects with the balancer's error.
 */
export async function shiftTraffic(
  call: InternalCall,
  targets: readonly ResolvedTarget[],
  kind: RuleKind,
  percent: number,
  moved: () => void = () => {},
): Promise<void> {
  for (const target of targets) {
    const ruleArn = ruleOf(target, kind);
    if (ruleArn !== undefined && target.alternateTargetGroupArn !== undefined) {
      const weights = ruleWeights(percent);
      await forward(call, ruleArn, [
        { TargetGroupArn: target.targetGroupArn, Weight: weights.next },
        { TargetGroupArn: target.alternateTargetGroupArn, Weight: weights.previous },
      ]);
      moved();
    }
  }
}

/**
 * Takes a rule's traffic from the groups of `from` back to those of `to`. Usually they are one pair with the roles swapped; a service
 * whose pair was replaced has other groups behind the same rule, where "0 % on the new group" would mean all on its empty alternate.
 * Rules that only `from` has go back to its alternates. Rejects with the balancer's error.
 */
export async function returnTraffic(
  call: InternalCall,
  from: readonly ResolvedTarget[],
  to: readonly ResolvedTarget[],
  kind: RuleKind,
): Promise<void> {
  const paired = to.filter((target) => target.alternateTargetGroupArn !== undefined);
  const shared = new Set(paired.map((target) => ruleOf(target, kind)));
  const own = from.filter((target) => !shared.has(ruleOf(target, kind)));
  await shiftTraffic(call, to, kind, 100);
  await shiftTraffic(call, own, kind, 0);
}

function ruleOf(target: ResolvedTarget, kind: RuleKind): string | undefined {
  return kind === 'production' ? target.productionListenerRule : target.testListenerRule;
}

/** Why a blue-green deployment cannot work with the rules as they are; undefined when it can. */
export async function networkingProblem(
  call: InternalCall,
  targets: readonly ResolvedTarget[],
): Promise<string | undefined> {
  for (const target of targets) {
    const ruleArns = [target.productionListenerRule, target.testListenerRule].filter((arn) => arn !== undefined);
    const reached = new Set<string>();
    for (const arn of ruleArns) {
      const actions = (await describeRule(call, arn)).Actions ?? [];
      if (actions.some((action) => action.Type !== 'forward')) {
        return INVALID_NETWORKING;
      }
      for (const group of actions.flatMap(forwardedGroups)) {
        reached.add(group);
      }
    }
    const pair = [target.targetGroupArn, target.alternateTargetGroupArn].filter((arn) => arn !== undefined);
    if (!pair.every((arn) => reached.has(arn))) {
      return INVALID_NETWORKING;
    }
  }
  return undefined;
}

async function forward(
  call: InternalCall,
  ruleArn: string,
  groups: { TargetGroupArn: string; Weight: number }[],
): Promise<void> {
  const rule = await describeRule(call, ruleArn);
  const stickiness = rule.Actions?.find((action) => action.Type === 'forward')?.ForwardConfig
    ?.TargetGroupStickinessConfig;
  const action: Action = {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: groups,
      ...(stickiness === undefined ? {} : { TargetGroupStickinessConfig: stickiness }),
    },
  };
  // ELBv2 has no ModifyRule for a listener's default rule: its action belongs to the listener.
  if (rule.IsDefault === true) {
    const input: ModifyListenerCommandInput = { ListenerArn: listenerOf(ruleArn), DefaultActions: [action] };
    await call('elbv2', 'ModifyListener', input);
  } else {
    const input: ModifyRuleCommandInput = { RuleArn: ruleArn, Actions: [action] };
    await call('elbv2', 'ModifyRule', input);
  }
}

async function describeRule(call: InternalCall, ruleArn: string): Promise<Rule> {
  const input: DescribeRulesCommandInput = { RuleArns: [ruleArn] };
  const output = await call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', input);
  const rule = output.Rules?.[0];
  if (rule === undefined) {
    throw new Error(`the listener rule ${ruleArn} was not found`);
  }
  return rule;
}

function forwardedGroups(action: Action): string[] {
  const groups = (action.ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn);
  return [action.TargetGroupArn, ...groups].filter((arn) => arn !== undefined);
}

/** `…:listener-rule/app/<name>/<lb>/<listener>/<rule>` → `…:listener/app/<name>/<lb>/<listener>`. */
function listenerOf(ruleArn: string): string {
  return ruleArn.slice(0, ruleArn.lastIndexOf('/')).replace(':listener-rule/', ':listener/');
}

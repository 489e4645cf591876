/** What a blue-green deployment needs of load balancer, rules and target groups: pure. */
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Reason } from '../../../report/evidence.ts';
import type { LiveService } from '../live.ts';
import { refusal } from './refusal.ts';

/** Why ECS could not move this service's traffic, or not safely. Judged on a service at rest. */
export function trafficRefusals(live: LiveService): Reason[] {
  return live.loadBalancer?.advancedConfiguration === undefined
    ? [noAdvancedConfiguration(live)]
    : [...severalGroups(live), ...listenerRefusals(live)];
}

/** Weights, health and watch are those of one pair of target groups. */
function severalGroups({ service }: LiveService): Reason[] {
  const count = service.loadBalancers?.length ?? 0;
  return count <= 1
    ? []
    : [
        refusal(
          'several-target-groups',
          `${service.serviceName} is in ${count} target groups by itself, and surefoot looks after one pair: it could not see what becomes of the others' traffic`,
        ),
      ];
}

function noAdvancedConfiguration(live: LiveService): Reason {
  const name = live.service.serviceName;
  return live.loadBalancer === undefined
    ? refusal('no-load-balancer', `${name} has no load balancer: a blue-green deployment has no traffic to move`)
    : refusal(
        'no-advanced-configuration',
        `${name} has no advancedConfiguration on its load balancer: add alternateTargetGroupArn, productionListenerRule and roleArn (that update is itself a deployment)`,
      );
}

function listenerRefusals(live: LiveService): Reason[] {
  const advanced = live.loadBalancer?.advancedConfiguration;
  const refusals: Reason[] = [];
  if (advanced?.testListenerRule !== undefined && live.testRule === undefined) {
    refusals.push(refusal('no-test-rule', `the test listener rule ${advanced.testListenerRule} does not exist`));
  }
  if (advanced?.roleArn === undefined) {
    refusals.push(
      refusal(
        'no-infrastructure-role',
        `${live.service.serviceName} names no roleArn in its advancedConfiguration: ECS may not move listener weights without AmazonECSInfrastructureRolePolicyForLoadBalancers`,
      ),
    );
  }
  refusals.push(...forwardOnly(live), ...groupRefusals(live), ...healthyTargets(live));
  if (live.productionRule === undefined) {
    const named = advanced?.productionListenerRule ?? '(none set)';
    return [...refusals, refusal('no-production-rule', `the production listener rule ${named} does not exist`)];
  }
  return [...refusals, ...reachable(live), ...liveWeight(live)];
}

/** Both target groups must be there and alike, and check their targets' health. */
function groupRefusals(live: LiveService): Reason[] {
  const { loadBalancer } = live;
  const alternate = loadBalancer?.advancedConfiguration?.alternateTargetGroupArn;
  const missing = [loadBalancer?.targetGroupArn, alternate]
    .filter((arn) => arn === undefined || !live.targetGroups.has(arn))
    .map((arn) => refusal('no-target-group', `the target group ${arn ?? '(none set)'} does not exist`));
  return [...missing, ...ofTheSameKind(live), ...healthChecked(live)];
}

/** Tasks have addresses of their own, in one VPC; what fits one group must fit the other. */
function ofTheSameKind({ targetGroups }: LiveService): Reason[] {
  const kinds = [...targetGroups.values()].map(
    ({ group }) => `${group.TargetType} in ${group.VpcId} by ${group.Protocol}`,
  );
  const [first, ...others] = kinds;
  return others.every((kind) => kind === first)
    ? []
    : [
        refusal(
          'target-groups-differ',
          `the two target groups take different targets (${kinds.join('; ')}): a task that fits one does not fit the other; make type, VPC and protocol the same`,
        ),
      ];
}

function forwardOnly(live: LiveService): Reason[] {
  return [live.productionRule, live.testRule].flatMap((rule) => {
    const other = rule?.Actions?.find((action) => action.Type !== 'forward');
    return other === undefined
      ? []
      : [
          refusal(
            'rule-not-forward',
            `${rule?.RuleArn} has an action of type ${other.Type}; ECS can only move plain forward actions`,
          ),
        ];
  });
}

/** ECS rolls back with "invalid networking configuration" when a group is in neither rule. */
function reachable(live: LiveService): Reason[] {
  const forwarded = new Set([...weightsOf(live.productionRule).keys(), ...weightsOf(live.testRule).keys()]);
  return [...live.targetGroups.keys()]
    .filter((arn) => !forwarded.has(arn))
    .map((arn) =>
      refusal(
        'target-group-unreachable',
        `target group ${arn} is in neither the production nor the test rule; ECS would roll back with "invalid networking configuration"`,
      ),
    );
}

/** Health checks of the target group decide when the candidate may get traffic. */
function healthChecked(live: LiveService): Reason[] {
  return [...live.targetGroups.values()]
    .filter(({ group }) => group.HealthCheckEnabled === false)
    .map(({ group }) =>
      refusal(
        'health-check-off',
        `target group ${group.TargetGroupName} has its health check switched off: any candidate would pass for healthy`,
      ),
    );
}

/** ECS does not look at the weights before it shifts (aws/containers-roadmap#2853): a reset by Terraform would become an outage. */
function liveWeight(live: LiveService): Reason[] {
  const weights = weightsOf(live.productionRule);
  const wrong = [...weights].filter(([arn, weight]) => weight > 0 && arn !== live.liveTargetGroup);
  const own = live.liveTargetGroup === undefined ? 0 : (weights.get(live.liveTargetGroup) ?? 0);
  if (wrong.length === 0 && own > 0) {
    return [];
  }
  const shown = [...weights].map(([arn, weight]) => `${shortName(arn)}=${weight}`).join(', ') || 'nothing';
  return [
    refusal(
      'weights-drifted',
      `the production rule sends traffic to ${shown}, but the live revision is in ${shortName(live.liveTargetGroup ?? 'no group')}: put its weight back before a deployment (was it reset by Terraform? ignore changes of "action" there)`,
    ),
  ];
}

/** Rules have whole weights, and ECS shifts in tenths of a percent. */
const ROUNDING_PERCENT = 0.5;

/**
 * Why a deployment that waits at a pause cannot be judged on: its traffic is not split as ECS says, `percent` for the candidate. Whoever
 * follows a deployment from its start sees every step that ECS takes; who takes it over must look at what is there.
 */
export function resumedWeights(live: LiveService, percent: number): Reason[] {
  const weights = weightsOf(live.productionRule);
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  const own = [...weights].filter(([arn]) => live.targetGroups.has(arn) && arn !== live.liveTargetGroup);
  const candidate = own.reduce((total, [, weight]) => total + weight, 0);
  const foreign = [...weights].some(([arn, weight]) => weight > 0 && !live.targetGroups.has(arn));
  if (sum > 0 && !foreign && Math.abs((100 * candidate) / sum - percent) <= ROUNDING_PERCENT) {
    return [];
  }
  const shown = [...weights].map(([arn, weight]) => `${shortName(arn)}=${weight}`).join(', ') || 'nothing';
  return [
    refusal(
      'weights-drifted',
      `the deployment under way waits with ${percent} % of production traffic on the candidate, but the production rule sends it to ${shown}: somebody else has changed the rule, and the revisions cannot be compared; end the deployment with \`surefoot rollback\``,
    ),
  ];
}

function healthyTargets(live: LiveService): Reason[] {
  const group = live.targetGroups.get(live.liveTargetGroup ?? '');
  const healthy = group?.health.filter((target) => target.TargetHealth?.State === 'healthy').length ?? 0;
  return healthy > 0
    ? []
    : [
        refusal(
          'baseline-unhealthy',
          `no target of the live revision is healthy in ${shortName(live.liveTargetGroup ?? 'its target group')}: there would be nothing sound to go back to; see \`surefoot status\``,
        ),
      ];
}

/** Weight by target group of a rule's forward action; a single group without weights counts as 1. */
export function weightsOf(rule: Rule | undefined): Map<string, number> {
  const weights = new Map<string, number>();
  for (const action of rule?.Actions ?? []) {
    for (const group of action.ForwardConfig?.TargetGroups ?? []) {
      weights.set(group.TargetGroupArn ?? '', group.Weight ?? 1);
    }
    if (action.TargetGroupArn !== undefined && weights.size === 0) {
      weights.set(action.TargetGroupArn, 1);
    }
  }
  return weights;
}

/** `targetgroup/blue/0123` → `blue`. */
export function shortName(arn: string): string {
  return /targetgroup\/([^/]+)\//.exec(arn)?.[1] ?? arn;
}

/**
 * What must hold before a blue-green deployment may start, judged on the state that was read: pure. Every refusal is a trap that
 * ECS itself does not catch, or catches only after it changed something.
 */
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Reason } from '../../report/evidence.ts';
import type { LiveService } from './live.ts';

/** All refusals at once; an empty list means that the deployment may start. */
export function preflight(live: LiveService): Reason[] {
  return [
    ...serviceRefusals(live),
    ...(live.loadBalancer?.advancedConfiguration === undefined
      ? [noAdvancedConfiguration(live)]
      : listenerRefusals(live)),
  ];
}

function refusal(code: string, message: string): Reason {
  return { code, message };
}

function serviceRefusals(live: LiveService): Reason[] {
  const { service } = live;
  const name = service.serviceName ?? 'the service';
  const controller = service.deploymentController?.type ?? 'ECS';
  const refusals: Reason[] = [];
  if (controller !== 'ECS') {
    refusals.push(
      refusal(
        'controller-not-ecs',
        `${name} has the deployment controller ${controller}; blue-green by ECS needs the controller ECS, which is set when a service is created`,
      ),
    );
  }
  if ((service.desiredCount ?? 0) === 0) {
    refusals.push(
      refusal(
        'desired-count-zero',
        `${name} has a desired count of 0 (paused?): nothing would start and nothing could be judged; scale it up first`,
      ),
    );
  }
  for (const deployment of live.running) {
    refusals.push(
      refusal(
        'deployment-running',
        `${name} has a deployment ${deployment.status} since ${deployment.startedAt?.toISOString() ?? 'an unknown time'} (${deployment.serviceDeploymentArn}); wait for its end or roll it back`,
      ),
    );
  }
  if (live.lastCompleted === undefined) {
    refusals.push(
      refusal(
        'no-completed-deployment',
        `${name} never completed a deployment: there is no revision that ECS could roll back to`,
      ),
    );
  }
  return refusals;
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
  if (live.productionRule === undefined) {
    refusals.push(
      refusal(
        'no-production-rule',
        `the production listener rule ${advanced?.productionListenerRule ?? '(none set)'} does not exist`,
      ),
    );
    return refusals;
  }
  if (advanced?.testListenerRule !== undefined && live.testRule === undefined) {
    refusals.push(refusal('no-test-rule', `the test listener rule ${advanced.testListenerRule} does not exist`));
  }
  return [...refusals, ...forwardOnly(live), ...reachable(live), ...liveWeight(live), ...healthyTargets(live)];
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

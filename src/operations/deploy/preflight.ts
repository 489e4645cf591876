/**
 * What must hold before a blue-green deployment may start, judged on the state that was read: pure. Every refusal is a trap that
 * ECS itself does not catch, or catches only after it changed something.
 */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { DeploySettings } from '../../platform/model.ts';
import type { Reason } from '../../report/evidence.ts';
import type { LiveService } from './live.ts';
import { longestWatch } from './watch-timing.ts';

/** Two of CloudWatch's minutes: at least one whole one lies within. */
const SHORTEST_WATCH_SECONDS = 120;

export interface PreflightContext {
  /** The account in use and the one that the platform file names; not compared when the latter is undefined. */
  readonly account: string | undefined;
  readonly expectedAccount: string | undefined;
  /** The deployment configuration of the service, leftovers of surefoot taken off. */
  readonly before: DeploymentConfiguration;
  /** How much shorter pauses are in a rehearsal; undefined outside one. */
  readonly rehearsalSpeed: number | undefined;
  readonly deploy: Pick<DeploySettings, 'strategy' | 'watch' | 'hookTimeoutMinutes'>;
  /** The running deployment that will be followed instead of starting one. */
  readonly resume: string | undefined;
}

/** All refusals at once; an empty list means that the deployment may start. */
export function preflight(live: LiveService, context: PreflightContext): Reason[] {
  const { before, deploy } = context;
  const common = [
    ...accountRefusals(context),
    ...controllerRefusals(live),
    ...countRefusals(live),
    ...runningRefusals(live, context),
    ...alarmRefusals(live),
  ];
  if (deploy.strategy === 'ROLLING') {
    return common;
  }
  // Half-way through a deployment the weights and targets are not those of a service at rest.
  const traffic = context.resume !== undefined ? [] : trafficRefusals(live);
  return [...common, ...completedRefusals(live), ...pauseRefusals(live, before), ...watchRefusals(context), ...traffic];
}

function refusal(code: string, message: string): Reason {
  return { code, message };
}

function accountRefusals({ account, expectedAccount }: PreflightContext): Reason[] {
  return expectedAccount === undefined || account === expectedAccount
    ? []
    : [
        refusal(
          'wrong-account',
          `the credentials belong to account ${account}, but surefoot.yml says that this environment is in ${expectedAccount}`,
        ),
      ];
}

function controllerRefusals({ service }: LiveService): Reason[] {
  const controller = service.deploymentController?.type ?? 'ECS';
  return controller === 'ECS'
    ? []
    : [
        refusal(
          'controller-not-ecs',
          `${service.serviceName} has the deployment controller ${controller}, which is set when a service is created: its deployments start elsewhere; \`surefoot status\` follows them`,
        ),
      ];
}

function countRefusals({ service }: LiveService): Reason[] {
  return (service.desiredCount ?? 0) > 0
    ? []
    : [
        refusal(
          'desired-count-zero',
          `${service.serviceName} has a desired count of 0 (paused?): nothing would start and nothing could be judged; scale it up first`,
        ),
      ];
}

function runningRefusals(live: LiveService, { resume }: PreflightContext): Reason[] {
  return live.running
    .filter((deployment) => resume === undefined || deployment.serviceDeploymentArn !== resume)
    .map((deployment) =>
      refusal(
        'deployment-running',
        `${live.service.serviceName} has another deployment ${deployment.status} since ${deployment.startedAt?.toISOString() ?? 'an unknown time'} (${deployment.serviceDeploymentArn}); wait for its end, or end it with \`surefoot rollback\``,
      ),
    );
}

/** An alarm that fires already is ignored by ECS for the whole deployment: the guard would silently be missing (AWS: deployment alarms). */
function alarmRefusals(live: LiveService): Reason[] {
  return live.alarms
    .filter((alarm) => alarm.StateValue === 'ALARM')
    .map((alarm) =>
      refusal(
        'alarm-in-alarm',
        `the deployment alarm "${alarm.AlarmName}" is in ALARM already; ECS would ignore it for the whole deployment: ${alarm.StateReason ?? 'no reason given'}`,
      ),
    );
}

function completedRefusals(live: LiveService): Reason[] {
  return live.lastCompleted === undefined
    ? [
        refusal(
          'no-completed-deployment',
          `${live.service.serviceName} never completed a deployment: there is no revision that ECS could roll back to`,
        ),
      ]
    : [];
}

/** A pause of someone else's at our stages cannot be told from ours once the deployment waits there. */
function pauseRefusals(live: LiveService, before: DeploymentConfiguration): Reason[] {
  const ours: readonly string[] = ['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'];
  const foreign = (before.lifecycleHooks ?? []).find(
    (hook) => hook.targetType === 'PAUSE' && hook.lifecycleStages?.some((stage) => ours.includes(stage)),
  );
  return foreign === undefined
    ? []
    : [
        refusal(
          'foreign-pause',
          `${live.service.serviceName} has a PAUSE hook of its own at ${foreign.lifecycleStages?.join(', ')}; surefoot would answer it: move it to PRE_PRODUCTION_TRAFFIC_SHIFT, or take smoke and watch out of surefoot.yml`,
        ),
      ];
}

/** A watch must be able to see something, and to end before its own pause does. */
function watchRefusals({ deploy, rehearsalSpeed }: PreflightContext): Reason[] {
  const { watch } = deploy;
  if (watch !== undefined && rehearsalSpeed === undefined && watch.seconds < SHORTEST_WATCH_SECONDS) {
    const message = `a watch of ${watch.seconds} s sees less than one of CloudWatch's minutes: write at least \`duration: ${SHORTEST_WATCH_SECONDS / 60}m\` under watch in surefoot.yml`;
    return [refusal('watch-too-short', message)];
  }
  const needed = longestWatch(watch, rehearsalSpeed);
  const left = (deploy.hookTimeoutMinutes * 60) / (rehearsalSpeed ?? 1);
  if (left > needed) {
    return [];
  }
  const mend = rehearsalSpeed === undefined ? '' : 'a lower --speed, or ';
  return [
    refusal(
      'pause-too-short',
      `a pause times out after ${left.toFixed(0)} s, but the watch may take ${needed.toFixed(0)} s: write ${mend}a longer hookTimeout in surefoot.yml`,
    ),
  ];
}

function trafficRefusals(live: LiveService): Reason[] {
  return live.loadBalancer?.advancedConfiguration === undefined
    ? [noAdvancedConfiguration(live)]
    : listenerRefusals(live);
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
  if (advanced?.roleArn === undefined) {
    refusals.push(
      refusal(
        'no-infrastructure-role',
        `${live.service.serviceName} names no roleArn in its advancedConfiguration: ECS may not move listener weights without AmazonECSInfrastructureRolePolicyForLoadBalancers`,
      ),
    );
  }
  return [
    ...refusals,
    ...forwardOnly(live),
    ...healthChecked(live),
    ...reachable(live),
    ...liveWeight(live),
    ...healthyTargets(live),
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

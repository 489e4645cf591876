/**
 * What must hold before a blue-green deployment may start, judged on the state that was read: pure. Every refusal is a trap that
 * ECS itself does not catch, or catches only after it changed something.
 */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { DeploySettings } from '../../../platform/model/deploy.ts';
import type { Reason } from '../../../report/evidence.ts';
import { controllerOf, type LiveService } from '../live.ts';
import { SHIFT_STAGE, SMOKE_STAGE, shiftsInSteps, WATCH_STAGE } from '../pauses/stages.ts';
import { longestJudgement, shiftTiming } from '../shift/timing.ts';
import { longestWatch } from '../watch/watch-timing.ts';
import { trafficRefusals } from './preflight-traffic.ts';
import { refusal } from './refusal.ts';

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
  readonly deploy: Pick<DeploySettings, 'strategy' | 'watch' | 'hookTimeoutMinutes'> &
    Partial<Pick<DeploySettings, 'judge' | 'canary' | 'linear'>>;
  /** The running deployment that will be followed instead of starting one. */
  readonly resume: string | undefined;
}

/** All refusals at once; an empty list means that the deployment may start. */
export function preflight(live: LiveService, context: PreflightContext): Reason[] {
  const { deploy } = context;
  const common = [
    ...accountRefusals(context),
    ...activeRefusals(live),
    ...controllerRefusals(live),
    ...countRefusals(live),
    ...runningRefusals(live, context),
    ...alarmRefusals(live),
  ];
  // What a blue-green deployment needs is nothing to mend on a service that ECS itself does not deploy.
  if (deploy.strategy === 'ROLLING' || controllerOf(live.service) !== 'ECS') {
    return common;
  }
  // Half-way through a deployment the weights and targets are not those of a service at rest.
  const traffic = context.resume !== undefined ? [] : trafficRefusals(live);
  return [
    ...common,
    ...completedRefusals(live),
    ...pauseRefusals(live, context),
    ...watchRefusals(context),
    ...shiftRefusals(context),
    ...traffic,
  ];
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

function activeRefusals({ service }: LiveService): Reason[] {
  const { status = 'ACTIVE' } = service;
  return status === 'ACTIVE'
    ? []
    : [refusal('service-not-active', `${service.serviceName} is ${status}: it is being deleted; create it anew first`)];
}

/** CodeDeploy and external controllers make deployments of their own: ECS refuses to update the service for them. */
export function controllerRefusals({ service }: LiveService): Reason[] {
  const controller = controllerOf(service);
  const theirs = {
    CODE_DEPLOY: 'create the deployment with CodeDeploy (`aws deploy create-deployment`)',
    EXTERNAL: 'let its own controller create a task set',
  };
  return controller === 'ECS'
    ? []
    : [
        refusal(
          'controller-not-ecs',
          `${service.serviceName} has the deployment controller ${controller}: ${theirs[controller]}; \`surefoot status\` shows what it does. To deploy it from here, set its deploymentController to ECS first`,
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
function alarmRefusals({ alarms, service }: LiveService): Reason[] {
  const firing = alarms
    .filter((alarm) => alarm.StateValue === 'ALARM')
    .map((alarm) =>
      refusal(
        'alarm-in-alarm',
        `the deployment alarm "${alarm.AlarmName}" is in ALARM already; ECS would ignore it for the whole deployment: ${alarm.StateReason ?? 'no reason given'}`,
      ),
    );
  const guards = service.deploymentConfiguration?.alarms;
  const known = new Set(alarms.map((alarm) => alarm.AlarmName));
  const missing = (guards?.enable ? (guards.alarmNames ?? []) : [])
    .filter((name) => !known.has(name))
    .map((name) =>
      refusal(
        'alarm-missing',
        `the deployment alarm "${name}" does not exist in this account and region: it would guard nothing; create it, or take it out of the service's alarms`,
      ),
    );
  return [...firing, ...missing];
}

/**
 * A service that nobody deployed to for longer than ECS remembers has completed its last deployment all the same: it serves, and a
 * deployment that runs has a revision to leave.
 */
function completedRefusals({ lastCompleted, deployments, running, service }: LiveService): Reason[] {
  const serves =
    running.length === 0 ? (service.runningCount ?? 0) > 0 : (service.currentServiceRevisions ?? []).length > 1;
  const forgotten = deployments.length === running.length && serves;
  return lastCompleted !== undefined || forgotten
    ? []
    : [
        refusal(
          'no-completed-deployment',
          `${service.serviceName} never completed a deployment: there is no revision that ECS could roll back to`,
        ),
      ];
}

/** A pause of someone else's at our stages cannot be told from ours once the deployment waits there. */
function pauseRefusals(live: LiveService, { before, deploy }: PreflightContext): Reason[] {
  const ours: readonly string[] = shiftsInSteps(deploy) ? [SHIFT_STAGE, WATCH_STAGE] : [SMOKE_STAGE, WATCH_STAGE];
  const other = shiftsInSteps(deploy) ? SMOKE_STAGE : SHIFT_STAGE;
  const foreign = (before.lifecycleHooks ?? []).find(
    (hook) => hook.targetType === 'PAUSE' && hook.lifecycleStages?.some((stage) => ours.includes(stage)),
  );
  return foreign === undefined
    ? []
    : [
        refusal(
          'foreign-pause',
          `${live.service.serviceName} has a PAUSE hook of its own at ${foreign.lifecycleStages?.join(', ')}; surefoot would answer it: move it to ${other}, or take smoke and watch out of surefoot.yml`,
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

/** A shift in steps is judged: it needs to know by what, and its pause must outlast that. */
function shiftRefusals({ deploy, rehearsalSpeed }: PreflightContext): Reason[] {
  if (!shiftsInSteps(deploy)) {
    return [];
  }
  const { judge, canary, linear, hookTimeoutMinutes } = deploy;
  if (judge === undefined) {
    const message = `the strategy ${deploy.strategy} gives the candidate some traffic first, and nothing says by what to judge it: write \`judge: { objective: <an availability SLO> }\` under deploy in surefoot.yml`;
    return [refusal('no-judge', message)];
  }
  const percent = canary?.percent ?? linear?.stepPercent ?? 100;
  if (percent >= 100) {
    const message = `a first step of ${percent} % leaves the baseline no traffic to compare with: write less than 100, or strategy: BLUE_GREEN`;
    return [refusal('nothing-to-compare', message)];
  }
  const speed = rehearsalSpeed ?? 1;
  const bakeSeconds = ((canary ?? linear)?.bakeMinutes ?? 0) * (60 / speed);
  const needed = longestJudgement(shiftTiming(judge, rehearsalSpeed), bakeSeconds);
  const left = (hookTimeoutMinutes * 60) / speed;
  const message = `a pause times out after ${left.toFixed(0)} s, but the judge may take ${needed.toFixed(0)} s: write ${rehearsalSpeed === undefined ? '' : 'a lower --speed, or '}a longer hookTimeout in surefoot.yml`;
  return left > needed ? [] : [refusal('pause-too-short', message)];
}

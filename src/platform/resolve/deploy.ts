/** The deploy section of a service: defaults, and what its parts ask of each other. */
import type { DeploySettings, SmokeCheck } from '../model/deploy.ts';
import { DEFAULTS, METRICS_LAG_SECONDS, WATCH_PATIENCE } from '../schema/common.ts';
import { shown } from '../schema/fields.ts';
import type { MergedService } from '../schema/service.ts';
import { didYouMean } from '../suggest.ts';
import { resolveJudge } from './judge.ts';
import type { KnownObjective, KnownObjectives } from './known-objectives.ts';
import { type ServiceContext, seconds } from './service-context.ts';

type Deploy = NonNullable<MergedService['deploy']>;

export function resolveDeploy(
  context: ServiceContext,
  deploy: Deploy,
  defaults: { readonly healthPath: string; readonly container: string },
  objectives: KnownObjectives,
): DeploySettings {
  const strategy = deploy.strategy ?? DEFAULTS.strategy;
  const hookTimeout = seconds(deploy.hookTimeout ?? DEFAULTS.hookTimeout);
  const smoke = deploy.smoke && resolveSmoke(context, deploy.smoke, defaults.healthPath);
  const watch = deploy.watch && { seconds: seconds(deploy.watch.duration), objective: deploy.watch.objective };
  if (strategy === 'ROLLING') {
    refuseUnderRolling(context, deploy);
  }
  refuseOfAnother(context, deploy, strategy);
  checkErrorBudget(context, deploy.errorBudget, objectives);
  if (smoke !== undefined) {
    checkLength(context, 'smoke', smoke.timeoutSeconds, hookTimeout);
  }
  if (watch !== undefined) {
    // An undecided watch goes on; see `WATCH_PATIENCE`.
    checkLength(context, 'watch', watch.seconds * WATCH_PATIENCE + METRICS_LAG_SECONDS, hookTimeout);
    checkObjective(context, watch.objective, objectives);
  }
  return {
    strategy,
    bakeMinutes: minutes(deploy.bake ?? DEFAULTS.bake),
    ...resolveSteps(deploy, strategy),
    judge:
      deploy.judge &&
      resolveJudge(context, deploy.judge, { strategy, hookTimeoutMinutes: hookTimeout / 60 }, objectives),
    errorBudget: deploy.errorBudget ?? DEFAULTS.errorBudget,
    hookTimeoutMinutes: hookTimeout / 60,
    healthyWithinSeconds: seconds(deploy.healthyWithin ?? DEFAULTS.healthyWithin),
    before: deploy.before && {
      command: deploy.before.command,
      container: deploy.before.container ?? defaults.container,
      timeoutSeconds: seconds(deploy.before.timeout ?? DEFAULTS.beforeTimeout),
    },
    smoke,
    watch,
  };
}

function resolveSmoke(context: ServiceContext, smoke: NonNullable<Deploy['smoke']>, healthPath: string): SmokeCheck {
  const at = context.at('deploy', 'smoke', 'url');
  return {
    path: smoke.path ?? healthPath,
    status: smoke.status ?? DEFAULTS.smokeStatus,
    requests: smoke.requests ?? DEFAULTS.smokeRequests,
    timeoutSeconds: seconds(smoke.timeout ?? DEFAULTS.smokeTimeout),
    url: smoke.url && context.names.fill(smoke.url, context.environment.name, at),
  };
}

function refuseUnderRolling(context: ServiceContext, deploy: Deploy): void {
  for (const part of ['smoke', 'watch'] as const) {
    if (deploy[part] !== undefined) {
      context.report({
        path: context.at('deploy', part),
        part: 'key',
        what: `needs both revisions side by side, but the strategy is ROLLING in ${context.environment.name}`,
        write: `no ${part} here, or strategy: BLUE_GREEN`,
        needs: [context.at('deploy', 'strategy')],
      });
    }
  }
}

function resolveSteps(
  { canary, linear }: Deploy,
  strategy: DeploySettings['strategy'],
): Pick<DeploySettings, 'canary' | 'linear'> {
  const percent = canary?.percent ?? DEFAULTS.canaryPercent;
  const stepPercent = linear?.step ?? DEFAULTS.linearStep;
  return {
    canary: strategy === 'CANARY' ? { percent, bakeMinutes: minutes(canary?.bake ?? DEFAULTS.canaryBake) } : undefined,
    linear:
      strategy === 'LINEAR' ? { stepPercent, bakeMinutes: minutes(linear?.bake ?? DEFAULTS.linearBake) } : undefined,
  };
}

/** A share or a step that the strategy has no use for would be believed to be in force. */
function refuseOfAnother(context: ServiceContext, deploy: Deploy, strategy: DeploySettings['strategy']): void {
  for (const [part, its] of [
    ['canary', 'CANARY'],
    ['linear', 'LINEAR'],
  ] as const) {
    if (deploy[part] !== undefined && strategy !== its) {
      context.report({
        path: context.at('deploy', part),
        part: 'key',
        what: `is of the strategy ${its}, but the strategy is ${strategy} in ${context.environment.name}`,
        write: `no ${part} here, or strategy: ${its}`,
        needs: [context.at('deploy', 'strategy')],
      });
    }
  }
}

/** Without an objective there is no budget that could be required. */
function checkErrorBudget(
  context: ServiceContext,
  policy: DeploySettings['errorBudget'] | undefined,
  { byName, complete }: KnownObjectives,
): void {
  const mine = [...byName.values()].filter(
    ({ service, unjudged }) => service === context.key && unjudged === undefined,
  );
  const faulty = [...byName.values()].some(({ sound }) => !sound);
  if (policy === 'require' && complete && !faulty && mine.length === 0) {
    context.report({
      path: context.at('deploy', 'errorBudget'),
      part: 'key',
      what: `is require, which needs an error budget, but no SLO of ${context.key} is one that surefoot can judge`,
      write: `an SLO document of ${context.key}, or errorBudget: off`,
    });
  }
}

function minutes(duration: string): number {
  return seconds(duration) / 60;
}

function checkLength(context: ServiceContext, part: 'smoke' | 'watch', takes: number, hookTimeout: number): void {
  if (takes >= hookTimeout) {
    context.report({
      path: context.at('deploy', part),
      part: 'key',
      what: `may take ${takes} s, but ECS rolls back after the hook's time-out of ${hookTimeout} s`,
      write: `a shorter ${part}, or hookTimeout: ${Math.ceil((takes * 2) / 60)}m`,
      needs: [context.at('deploy', 'hookTimeout')],
    });
  }
}

function checkObjective(context: ServiceContext, objective: string, { byName, complete }: KnownObjectives): void {
  const known = byName.get(objective);
  const mine = [...byName].filter(
    ([, slo]) =>
      !slo.sound || (slo.service === context.key && slo.unjudged === undefined && slo.indicator === 'availability'),
  );
  const names = mine.map(([name]) => name);
  const near = didYouMean(objective, names) ?? names.join(' or ');
  const what = whatIsWrong(context, objective, known, complete);
  if (what !== undefined) {
    const path = context.at('deploy', 'watch', 'objective');
    context.report(
      near === ''
        ? { path, part: 'key', what, write: 'no watch, or an SLO document of this service' }
        : { path, what, write: near },
    );
  }
}

function whatIsWrong(
  context: ServiceContext,
  objective: string,
  known: KnownObjective | undefined,
  complete: boolean,
): string | undefined {
  if (known === undefined) {
    return complete ? `is ${shown(objective)}, but no SLO document has that name` : undefined;
  }
  if (!known.sound) {
    return undefined;
  }
  if (known.service !== context.key) {
    return `is ${shown(objective)}, which is an SLO of ${known.service}`;
  }
  if (known.indicator === 'latency') {
    return `is ${shown(objective)}, an objective of latency; a watch counts failed requests, so it needs one of availability`;
  }
  return known.unjudged === undefined
    ? undefined
    : `is ${shown(objective)}, which surefoot cannot judge: ${known.unjudged}`;
}

/** The judge section of deploy: defaults, and what it asks of objectives and pauses. */
import type { DeploySettings, JudgeSettings } from '../model/deploy.ts';
import { DEFAULTS, METRICS_LAG_SECONDS } from '../schema/common.ts';
import { shown } from '../schema/fields.ts';
import type { MergedService } from '../schema/service.ts';
import { didYouMean } from '../suggest.ts';
import type { KnownObjectives } from './known-objectives.ts';
import { type ServiceContext, seconds } from './service-context.ts';

type Judge = NonNullable<NonNullable<MergedService['deploy']>['judge']>;

/** Everything has a default but the objective: without one nothing says how many errors are tolerable. */
export function resolveJudge(
  context: ServiceContext,
  judge: Judge,
  deploy: Pick<DeploySettings, 'strategy' | 'hookTimeoutMinutes'>,
  objectives: KnownObjectives,
): JudgeSettings {
  const settings: JudgeSettings = {
    objective: judge.objective ?? '',
    latency: judge.latency,
    slowerThanSeconds: judge.slowerThan === undefined ? undefined : seconds(judge.slowerThan),
    alpha: judge.alpha ?? DEFAULTS.judgeAlpha,
    beta: judge.beta ?? DEFAULTS.judgeBeta,
    margin: judge.margin ?? DEFAULTS.judgeMargin,
    burnRate: judge.burnRate ?? DEFAULTS.judgeBurnRate,
    warmUpSeconds: seconds(judge.warmUp ?? DEFAULTS.judgeWarmUp),
    horizonSeconds: seconds(judge.horizon ?? DEFAULTS.judgeHorizon),
    onInconclusive: judge.onInconclusive ?? DEFAULTS.judgeOnInconclusive,
  };
  checkStrategy(context, deploy.strategy);
  checkHorizon(context, settings, deploy.hookTimeoutMinutes * 60);
  checkObjective(context, 'objective', judge.objective, 'availability', objectives);
  if (judge.latency !== undefined) {
    checkObjective(context, 'latency', judge.latency, 'latency', objectives);
  }
  if (judge.latency !== undefined && judge.slowerThan !== undefined) {
    context.report({
      path: context.at('deploy', 'judge', 'slowerThan'),
      part: 'key',
      what: `is a second threshold beside that of ${shown(judge.latency)}, and a request is slow by one`,
      write: 'slowerThan or latency, not both',
    });
  }
  return settings;
}

function checkStrategy(context: ServiceContext, strategy: DeploySettings['strategy']): void {
  if (strategy !== 'CANARY' && strategy !== 'LINEAR') {
    context.report({
      path: context.at('deploy', 'judge'),
      part: 'key',
      what: `compares two revisions that both have traffic, but the strategy is ${strategy} in ${context.environment.name}`,
      write: 'no judge here, or strategy: CANARY or LINEAR',
      needs: [context.at('deploy', 'strategy')],
    });
  }
}

/** The pause must outlast the judge and what metrics take to be published. */
function checkHorizon(context: ServiceContext, { horizonSeconds }: JudgeSettings, hookTimeout: number): void {
  const takes = horizonSeconds + METRICS_LAG_SECONDS;
  if (takes >= hookTimeout) {
    context.report({
      path: context.at('deploy', 'judge'),
      part: 'key',
      what: `may take ${takes} s, but ECS rolls back after the hook's time-out of ${hookTimeout} s`,
      write: `a shorter horizon, or hookTimeout: ${Math.ceil((takes * 2) / 60)}m`,
      needs: [context.at('deploy', 'hookTimeout')],
    });
  }
}

function checkObjective(
  context: ServiceContext,
  field: 'objective' | 'latency',
  name: string | undefined,
  indicator: 'availability' | 'latency',
  { byName, complete }: KnownObjectives,
): void {
  const mine = [...byName]
    .filter(([, slo]) => slo.service === context.key && slo.indicator === indicator && slo.unjudged === undefined)
    .map(([each]) => each);
  const path = context.at('deploy', 'judge', field);
  if (name === undefined) {
    const write = `objective: ${mine[0] ?? '<an availability SLO of this service>'}`;
    context.report({ path: context.at('deploy', 'judge'), part: 'key', what: 'names no objective', write });
    return;
  }
  const known = byName.get(name);
  const unknown = known === undefined && complete;
  if (unknown || (known?.sound === true && !mine.includes(name))) {
    context.report({
      path,
      what: `is ${shown(name)}, which is no objective of ${indicator} of ${context.key} that surefoot can judge`,
      write: didYouMean(name, mine) ?? (mine.join(' or ') || `an SLO document with ${indicator} of this service`),
    });
  }
}

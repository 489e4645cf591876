/** A shift in steps as part of a deployment: who judges it, what is looked at while ECS works, and the answers at its pauses. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { InputError } from '../../../errors.ts';
import type { JudgementRecord, Reason, Verdict } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { shiftsInSteps } from '../pauses/stages.ts';
import type { DeployPlan } from '../plan/plan.ts';
import type { DeployContext, DeployRequest } from '../request.ts';
import type { RollbackCause } from '../verdict.ts';
import { BurnGuard } from './burn-guard.ts';
import { CloudWatchBlocks } from './cloudwatch-blocks.ts';
import { decideShift, isLastShift, type ShiftDecision } from './decision.ts';
import { journalProblem, K6Blocks } from './k6-blocks.ts';
import { ShiftJudge, type SlowRequests } from './shift-judge.ts';
import { shiftTiming } from './timing.ts';

type Answer = 'CONTINUE' | 'ROLLBACK' | undefined;
type Ended = ShiftDecision | 'superseded';

/** Undefined where the strategy gives all traffic at once, or what is needed for a comparison is missing (the preflight says so). */
export function createShiftJudge(
  request: DeployRequest,
  plan: DeployPlan,
  taskDefinition: string,
  recorder: Recorder,
): ShiftJudge | undefined {
  const { judge } = request.target.deploy;
  const { targetGroups, liveTargetGroup } = plan.live;
  const candidate = [...targetGroups.keys()].find((arn) => arn !== liveTargetGroup);
  const objective = request.objectives.find(({ name }) => name === judge?.objective);
  if (judge === undefined || objective === undefined || candidate === undefined || liveTargetGroup === undefined) {
    return undefined;
  }
  const loadBalancer = targetGroups.get(candidate)?.group.LoadBalancerArns?.[0] ?? balancerOf(plan);
  const { numerator, denominator } = objective.budget;
  const tolerance = (judge.burnRate * Number(numerator)) / Number(denominator);
  const arms = { loadBalancer, baseline: liveTargetGroup, candidate };
  const latency = slowRequests(request);
  const slowerThanSeconds = latency?.thresholdSeconds;
  const { load, journal } = request.blocks ?? {};
  const timing = shiftTiming(judge, request.rehearsalSpeed, load === undefined ? 'cloudwatch' : 'k6');
  const { periodSeconds, countsAtEnd } = timing;
  const source =
    load === undefined
      ? new CloudWatchBlocks({ arms, periodSeconds, countsAtEnd, slowerThanSeconds })
      : new K6Blocks(load, {
          baseline: liveName(plan),
          candidate: nameOf(taskDefinition),
          periodSeconds,
          slowerThanSeconds,
        });
  return new ShiftJudge({
    arms,
    source,
    journal,
    options: { alpha: judge.alpha, beta: judge.beta, boundary: { margin: judge.margin, tolerance } },
    objective,
    latency,
    burnRate: judge.burnRate,
    timing,
    recorder,
  });
}

/** Undefined where nothing shifts in steps, or nobody is to look at error budgets. */
export function createBurnGuard(request: DeployRequest, plan: DeployPlan, recorder: Recorder): BurnGuard | undefined {
  const { judge, errorBudget } = request.target.deploy;
  const objective = request.objectives.find(({ name }) => name === judge?.objective);
  return objective === undefined || errorBudget === 'off'
    ? undefined
    : new BurnGuard({ service: plan.live.service, objective, rehearsalSpeed: request.rehearsalSpeed, recorder });
}

/** What makes a request slow for the judge: a threshold of its own, or that of a latency objective. */
function slowRequests({ target, objectives }: DeployRequest): SlowRequests | undefined {
  const { judge } = target.deploy;
  if (judge?.slowerThanSeconds !== undefined) {
    return { objective: undefined, thresholdSeconds: judge.slowerThanSeconds };
  }
  const latency = objectives.find(({ name }) => name === judge?.latency);
  return latency?.thresholdSeconds === undefined
    ? undefined
    : { objective: latency.name, thresholdSeconds: latency.thresholdSeconds };
}

/** As answers name their revision: `family:revision` of a task definition's ARN. */
function nameOf(taskDefinition: string | undefined): string {
  return taskDefinition?.split('/').at(-1) ?? '';
}

function liveName({ live }: DeployPlan): string {
  return nameOf(live.revision?.taskDefinition);
}

/** Before anything is changed: a journal that the shift could not be judged by. @throws InputError */
export async function requireBlocks(request: DeployRequest, plan: DeployPlan, ports: Ports): Promise<void> {
  const load = request.blocks?.load;
  if (load === undefined) {
    return;
  }
  if (!shiftsInSteps(request.target.deploy)) {
    throw new InputError(
      'no-shift-to-judge',
      `--blocks was given, but with the strategy ${request.target.deploy.strategy} no two revisions have traffic at once: leave it out, or write strategy: CANARY or LINEAR`,
    );
  }
  const needs = {
    baseline: liveName(plan),
    slowerThanSeconds: slowRequests(request)?.thresholdSeconds,
    now: ports.clock.now().getTime(),
  };
  const problem = journalProblem(await load.all(), needs);
  if (problem !== undefined) {
    throw new InputError('load-journal', `${load.name} ${problem}`);
  }
}

function balancerOf({ live }: DeployPlan): string {
  return live.targetGroups.get(live.liveTargetGroup ?? '')?.group.LoadBalancerArns?.[0] ?? '';
}

/** To be called at every look, so that a candidate is given up also while ECS bakes or waits for somebody else's answer. */
export async function lookAtShift(
  context: DeployContext,
  { status }: ServiceDeployment,
  ports: Ports,
): Promise<RollbackCause | undefined> {
  const { shift } = context;
  if (shift === undefined || status !== 'IN_PROGRESS' || context.cause !== undefined) {
    return undefined;
  }
  const before = shift.judgement.failedAfter;
  await shift.look(context.percent, ports.clock.now(), ports);
  const burns = await context.guard?.look(context.percent, ports);
  const failed = before === undefined && shift.judgement.failedAfter !== undefined;
  if (!failed && burns === undefined) {
    return undefined;
  }
  const decision = failed ? 'roll-back' : 'burning';
  shift.decided(decision, context.percent, ports.clock.now());
  checkOf(context, shift, decision);
  return causeOf(context, shift, decision, burns);
}

/** Judges until there is an answer. Undefined: somebody else's to give (policy `hold`), or too late. */
export async function answerShift(
  context: DeployContext,
  shift: ShiftJudge,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  const { percent } = context;
  const { decision, burns } = await untilDecided(context, shift, stillWaiting, ports);
  shift.decided(decision, percent, ports.clock.now());
  ports.reporter.info(`judge at ${percent} %: ${decision}; ${shift.describe()}`);
  if (decision === 'superseded' || decision === 'next-step') {
    return decision === 'next-step' ? 'CONTINUE' : undefined;
  }
  checkOf(context, shift, decision);
  if (decision === 'promote') {
    return 'CONTINUE';
  }
  const policy = decision === 'inconclusive' ? context.plan.target.deploy.judge?.onInconclusive : 'roll-back';
  if (policy === 'hold') {
    const message = `no evidence by the horizon; the pause is left to you: \`aws ecs continue-service-deployment\`, or \`surefoot rollback\``;
    context.recorder.event('decision', 'hold', message);
    ports.reporter.warn(message);
    return undefined;
  }
  if (policy === 'promote') {
    context.withoutEvidence = true;
    return 'CONTINUE';
  }
  const cause = causeOf(context, shift, decision, burns);
  context.cause = cause;
  context.recorder.event('problem', cause.reason.code, cause.reason.message);
  return 'ROLLBACK';
}

async function untilDecided(
  { request, percent, guard }: DeployContext,
  shift: ShiftJudge,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<{ readonly decision: Ended; readonly burns?: string }> {
  const { canary, linear } = request.target.deploy;
  const { horizonSeconds, periodSeconds } = shift.timing;
  const bakeSeconds = ((linear ?? canary)?.bakeMinutes ?? 0) * (60 / (request.rehearsalSpeed ?? 1));
  const last = isLastShift(percent, linear?.stepPercent);
  const since = ports.clock.now().getTime();
  for (;;) {
    const now = ports.clock.now();
    // The pause holds the weights, as long as it has not been answered.
    if (!(await stillWaiting())) {
      return { decision: 'superseded' };
    }
    await shift.look(percent, now, ports);
    const burns = await guard?.look(percent, ports);
    const decision = decideShift(shift.judgement, shift.standing.sampleRatio, {
      last,
      covered: shift.covers(bakeSeconds),
      waitedSeconds: (now.getTime() - since) / 1000,
      horizonSeconds,
    });
    if (burns !== undefined && decision !== 'roll-back') {
      return { decision: 'burning', burns };
    }
    if (decision !== undefined) {
      return { decision };
    }
    ports.reporter.progress(`judge at ${percent} %: ${shift.describe()}`);
    await ports.clock.sleep(Math.max(1, periodSeconds) * 1000, ports.signal);
  }
}

function checkOf({ recorder }: DeployContext, shift: ShiftJudge, decision: ShiftDecision): void {
  const verdicts: Readonly<Record<ShiftDecision, Verdict>> = {
    'roll-back': 'fail',
    promote: 'pass',
    'next-step': 'pass',
    'broken-split': 'inconclusive',
    burning: 'fail',
    inconclusive: 'inconclusive',
  };
  const { boundary, alpha, beta } = shift.options;
  recorder.check({
    name: 'judge of the shift',
    verdict: verdicts[decision],
    expected: `at most ${1 + boundary.margin} × the baseline's rate + ${Number((boundary.tolerance * 100).toPrecision(3))} %, decided with errors of at most ${alpha} (rollback) and ${beta} (promotion)`,
    observed: shift.describe(),
  });
}

function causeOf(
  context: DeployContext,
  shift: ShiftJudge,
  decision: Exclude<ShiftDecision, 'promote' | 'next-step'>,
  burns?: string,
): RollbackCause {
  const seen = `${shift.describe()}, at ${context.percent} % of production traffic`;
  const { alpha } = shift.options;
  switch (decision) {
    case 'roll-back': {
      const message = `the candidate is worse than the baseline: ${seen} (were it not, this would happen with a probability of at most ${alpha})`;
      return { verdict: 'fail', reason: { code: 'worse-than-baseline', message } };
    }
    case 'broken-split': {
      const message = `the requests are not split as the weights promise, so that the revisions cannot be compared: ${seen}; is stickiness on in the listener rule?`;
      return { verdict: 'inconclusive', reason: { code: 'sample-ratio-mismatch', message } };
    }
    case 'burning': {
      const message = `${burns ?? 'the error budget burns'}; ${seen}`;
      return { verdict: 'fail', reason: { code: 'error-budget-burns', message } };
    }
    case 'inconclusive': {
      const message = `there was not enough evidence to promote the candidate by the horizon: ${seen}`;
      return { verdict: 'inconclusive', reason: { code: 'not-enough-evidence', message } };
    }
  }
}

/** What was promoted by policy says so. */
export function withoutEvidence({ withoutEvidence: promoted }: DeployContext): Reason[] {
  const message =
    'promoted by policy (onInconclusive: promote): there was no evidence by the horizon that it is as good as the baseline';
  return promoted ? [{ code: 'promoted-without-evidence', message }] : [];
}

/** What comes after the last answer, while ECS moves the traffic, is of the decided. */
function exposedBefore({ blocks, decisions }: JudgementRecord): number {
  const decided = blocks.slice(0, decisions.at(-1)?.blocks ?? blocks.length);
  return decided.reduce((sum, { candidate }) => sum + candidate.requests, 0);
}

/** Error rates with their intervals, and how many requests the candidate had before it was decided on. */
export function measureShift({ recorder }: DeployContext, judgement: JudgementRecord | undefined): void {
  for (const name of judgement === undefined ? [] : (['baseline', 'candidate'] as const)) {
    const arm = judgement?.arms[name];
    if (arm !== undefined) {
      const { requests, errors, lower, upper, confidence } = arm;
      recorder.measure({
        indicator: `failed requests on the ${name} during the shift`,
        value: requests === 0 ? null : errors / requests,
        lower,
        upper,
        confidence,
        n: requests,
        unit: 'ratio',
        method: `${judgement?.source ?? 'its requests'}, warm-up left out; beta-binomial confidence sequence (Howard et al. 2021)`,
      });
    }
  }
  if (judgement !== undefined) {
    recorder.measure({
      indicator: 'requests exposed to the candidate before the decision',
      value: exposedBefore(judgement),
      unit: 'requests',
      method: `judged blocks: ${judgement.source ?? 'its requests'}, warm-up left out`,
    });
  }
}

/** The watch as part of a deployment: the answer at its pause, and what is seen while ECS bakes on with the old revision warm. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../../errors.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { rollBack } from '../pauses/give-up.ts';
import type { DeployContext } from '../request.ts';
import type { RollbackCause } from '../verdict.ts';
import {
  decideWatch,
  describeStanding,
  isBroken,
  WATCH_ALPHA,
  WATCH_CONFIDENCE,
  Watch,
  type WatchResult,
  type WatchStanding,
  watchCandidate,
} from './watch.ts';
import { describeWatch, recordBlock } from './watch-record.ts';
import { watchTiming } from './watch-timing.ts';

type Answer = 'CONTINUE' | 'ROLLBACK' | undefined;

/** Watches until there is an answer. Undefined: somebody else's to give (policy `hold`), or too late. */
export async function answerWatch(
  context: DeployContext,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  const watch = startWatch(context, context.plan.target.deploy.watch, ports);
  if (typeof watch === 'string') {
    return rollBack(context, 'inconclusive', 'watch-impossible', `the watch could not be run: ${watch}`);
  }
  context.watching = watch;
  const onProgress = (text: string) => ports.reporter.progress(text);
  const result = await watchCandidate(watch, { stillWaiting, onProgress }, ports);
  keep(context, watch, result);
  context.recorder.check({
    name: 'watch under production traffic',
    verdict: result.verdict === 'superseded' ? 'inconclusive' : result.verdict,
    expected: expectation(watch),
    observed: result.message,
  });
  switch (result.verdict) {
    case 'pass':
      return 'CONTINUE';
    case 'superseded':
      return undefined;
    case 'fail':
      return rollBack(context, 'fail', 'candidate-errors', failed(result));
    case 'inconclusive':
      return undecided(context, result, ports);
  }
}

/** With a judge, what to do is its policy; a deployment at once has none, and what is not known is rolled back. */
function undecided(context: DeployContext, result: WatchResult, ports: Ports): Answer {
  const message = `the candidate could not be judged: ${result.message}`;
  switch (context.plan.target.deploy.judge?.onInconclusive) {
    case 'promote':
      context.recorder.event('decision', 'kept by policy', message);
      return 'CONTINUE';
    case 'hold': {
      const advice = `${message}; the pause is left to you: \`aws ecs continue-service-deployment\`, or \`surefoot rollback\``;
      context.recorder.event('decision', 'hold', advice);
      ports.reporter.warn(advice);
      return undefined;
    }
    default:
      return rollBack(context, 'inconclusive', 'not-enough-evidence', message);
  }
}

/**
 * To be called at every look: goes on with the evidence of the pause for as long as the old revision is warm. A shift that was judged but
 * has no watch is looked at from 100 % on. Resolves with a cause when the budget is surely broken.
 */
export async function lookAtBake(
  context: DeployContext,
  { status }: ServiceDeployment,
  ports: Ports,
): Promise<RollbackCause | undefined> {
  const { judge, watch: configured, bakeMinutes } = context.plan.target.deploy;
  if (status !== 'IN_PROGRESS' || context.percent < 100 || context.cause !== undefined) {
    return undefined;
  }
  if (context.watching === undefined && judge !== undefined && configured === undefined) {
    const watch = startWatch(context, { seconds: Math.max(60, bakeMinutes * 60), objective: judge.objective }, ports);
    context.watching = typeof watch === 'string' ? undefined : watch;
  }
  const { watching } = context;
  if (watching === undefined) {
    return undefined;
  }
  const before = watching.standing().until.getTime();
  const standing = await tryLook(watching, context, ports);
  if (standing === undefined || standing.until.getTime() === before) {
    return undefined;
  }
  const { objective } = watching.request;
  const soFar = configured === undefined ? decideWatch(standing, objective.budget) : context.watch?.decision;
  const verdict = isBroken(standing) ? 'fail' : (soFar ?? 'inconclusive');
  const result = describeStanding(verdict === 'superseded' ? 'inconclusive' : verdict, standing, objective);
  keep(context, watching, { ...result, verdict });
  if (verdict !== 'fail') {
    return undefined;
  }
  context.recorder.check({
    name: 'bake with the old revision warm',
    verdict,
    expected: expectation(watching),
    observed: result.message,
  });
  return { verdict, reason: { code: 'candidate-errors', message: failed(result) } };
}

/** The bake goes on without us, too: where metrics cannot be read that is told, once, and no reason to end it. */
async function tryLook(watching: Watch, { recorder }: DeployContext, ports: Ports): Promise<WatchStanding | undefined> {
  try {
    return await watching.look(ports);
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    if (!watching.problems.has(error.message)) {
      watching.problems.add(error.message);
      ports.reporter.warn(`the candidate cannot be seen while it bakes: ${error.message}`);
      recorder.event('note', 'not seen while it bakes', error.message);
    }
    return undefined;
  }
}

/** What was kept although nothing could be said of it. */
export function keptUndecided({ watch, plan }: DeployContext, live: boolean): Reason[] {
  const { judge, watch: configured } = plan.target.deploy;
  const message = `kept by policy (onInconclusive: promote): after 100 % ${watch?.failed} of ${watch?.requests} requests failed, too few to tell whether "${watch?.objective}" is kept`;
  return live && configured !== undefined && judge?.onInconclusive === 'promote' && watch?.decision === 'inconclusive'
    ? [{ code: 'kept-without-evidence', message }]
    : [];
}

/** A watch of the candidate from when it may have had all traffic, or what stands against one. */
function startWatch(
  context: DeployContext,
  settings: { readonly seconds: number; readonly objective: string } | undefined,
  ports: Ports,
): Watch | string {
  const objective = context.request.objectives.find((candidate) => candidate.name === settings?.objective);
  const targetGroup = candidateGroup(context);
  if (settings === undefined || objective === undefined) {
    return 'its objective is not known';
  }
  if (targetGroup === undefined) {
    return 'the candidate has no target group';
  }
  const group = context.plan.live.targetGroups.get(targetGroup)?.group;
  return new Watch({
    loadBalancer: group?.LoadBalancerArns?.[0] ?? '',
    targetGroup,
    objective,
    since: context.productionSince ?? ports.clock.now(),
    timing: watchTiming(settings.seconds, context.request.rehearsalSpeed),
    onBlock: (at, block) => recordBlock(context.recorder, at, block),
  });
}

function keep(context: DeployContext, { request }: Watch, result: WatchResult): void {
  context.watch = describeWatch(request, result);
}

/** What the watch saw in all, its pause and the bake after it. */
export function measureWatch({ recorder, watch }: DeployContext): void {
  if (watch === undefined) {
    return;
  }
  const { requests, failed: bad, lower, upper, objective, target } = watch;
  recorder.measure({
    indicator: 'failed requests on the candidate under watch',
    value: requests === 0 ? null : bad / requests,
    lower,
    upper,
    confidence: WATCH_CONFIDENCE,
    n: requests,
    unit: 'ratio',
    method: `requests without a good answer of a target, from CloudWatch counts of its target group; bounds that hold at all times at once (Howard et al. 2021); rolled back at α = ${WATCH_ALPHA}; target ${target} of "${objective}"`,
  });
}

/** The service's other target group: the one that the live revision is not in. */
function candidateGroup(context: DeployContext): string | undefined {
  return [...context.plan.live.targetGroups.keys()].find((arn) => arn !== context.plan.live.liveTargetGroup);
}

function expectation({ request }: Watch): string {
  const { numerator, denominator } = request.objective.budget;
  return `at most ${numerator} of ${denominator} requests fail`;
}

function failed({ message }: WatchResult): string {
  return `the candidate fails under production traffic: ${message}`;
}

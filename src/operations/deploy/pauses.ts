/** What surefoot decides while ECS waits: the smoke check before production traffic, the watch after it. */
import type { Objective } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import type { DeployContext } from './request.ts';
import { answerShift } from './shift/shift.ts';
import type { ShiftJudge } from './shift/shift-judge.ts';
import { runSmoke, smokeAddress } from './smoke.ts';
import { SHIFT_STAGE, SMOKE_STAGE, WATCH_STAGE } from './stages.ts';
import type { RollbackCause } from './verdict.ts';
import { WATCH_ALPHA, type WatchResult, watchCandidate } from './watch.ts';
import { describeWatch, recordBlock } from './watch-record.ts';
import { watchTiming } from './watch-timing.ts';

type Answer = 'CONTINUE' | 'ROLLBACK' | undefined;

/** The answer to a pause at `stage`; undefined for stages that are not surefoot's. */
export async function decidePause(
  context: DeployContext,
  stage: string,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  if (stage === SMOKE_STAGE) {
    return decideSmoke(context, ports);
  }
  if (stage === SHIFT_STAGE && context.shift !== undefined) {
    return decideShiftPause(context, context.shift, stillWaiting, ports);
  }
  if (stage === WATCH_STAGE) {
    return decideWatch(context, stillWaiting, ports);
  }
  return undefined;
}

/** Before the first step the candidate is checked through the test listener; before each other it is judged by the traffic it has. */
async function decideShiftPause(
  context: DeployContext,
  shift: ShiftJudge,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  const first = context.shiftPauses === 0 && context.percent === 0;
  context.shiftPauses += 1;
  if (!first) {
    return answerShift(context, shift, stillWaiting, ports);
  }
  const answer = context.plan.target.deploy.smoke === undefined ? 'CONTINUE' : await decideSmoke(context, ports);
  context.productionSince = undefined;
  return answer;
}

async function decideSmoke(context: DeployContext, ports: Ports): Promise<Answer> {
  const smoke = context.plan.target.deploy.smoke;
  const address = smoke && (await smokeAddress(smoke, context.plan.live, ports));
  if (smoke === undefined || address === undefined) {
    return rollBack(
      context,
      'inconclusive',
      'smoke-impossible',
      'the smoke check could not be run: the service has no test listener rule and surefoot.yml names no smoke url',
    );
  }
  const result = await runSmoke(smoke, address, ports);
  context.recorder.measure({
    indicator: 'smoke requests',
    value: result.requests,
    unit: 'requests',
    method: 'counted as they were sent through the test listener',
  });
  const ok = result.failures.length === 0;
  const observed = ok
    ? `${result.requests} of ${result.requests} answered ${smoke.status}, slowest ${result.slowestSeconds.toFixed(2)} s`
    : `${result.failures.length} of ${result.requests} failed: ${result.failures.join('; ')}`;
  context.recorder.check({
    name: 'smoke check',
    verdict: ok ? 'pass' : 'fail',
    expected: `${smoke.status} from ${result.url}`,
    observed,
  });
  ports.reporter.info(`smoke check: ${observed}`);
  // Traffic moves right after the answer; a stage that lasts less than a look would else go by unseen.
  context.productionSince = ok ? ports.clock.now() : undefined;
  return ok
    ? 'CONTINUE'
    : rollBack(context, 'fail', 'smoke-failed', `the smoke check failed before any production traffic: ${observed}`);
}

async function decideWatch(
  context: DeployContext,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  const watch = context.plan.target.deploy.watch;
  const objective = watch && context.request.objectives.find((candidate) => candidate.name === watch.objective);
  const targetGroup = candidateGroup(context);
  if (watch === undefined || objective === undefined || targetGroup === undefined) {
    return rollBack(
      context,
      'inconclusive',
      'watch-impossible',
      `the watch could not be run: ${objective === undefined ? 'its objective is not known' : 'the candidate has no target group'}`,
    );
  }
  const result = await runWatch(context, { seconds: watch.seconds, objective, targetGroup, stillWaiting }, ports);
  context.recorder.check({
    name: 'watch under production traffic',
    verdict: result.verdict === 'superseded' ? 'inconclusive' : result.verdict,
    expected: `at most ${objective.budget.numerator} of ${objective.budget.denominator} requests fail`,
    observed: result.message,
  });
  context.recorder.measure({
    indicator: 'failed requests on the candidate under watch',
    value: result.requests === 0 ? null : result.errors / result.requests,
    lower: result.lower,
    upper: result.upper,
    n: result.requests,
    unit: 'ratio',
    method: `requests without a good answer of a target, from CloudWatch counts of its target group; exact binomial bounds (Clopper–Pearson), α = ${WATCH_ALPHA} shared out over ${result.looks} looks; target ${objective.target} of "${objective.name}"`,
  });
  switch (result.verdict) {
    case 'pass':
      return 'CONTINUE';
    case 'superseded':
      return undefined;
    case 'fail':
      return rollBack(
        context,
        'fail',
        'candidate-errors',
        `the candidate fails under production traffic: ${result.message}`,
      );
    case 'inconclusive':
      return rollBack(
        context,
        'inconclusive',
        'not-enough-evidence',
        `the candidate could not be judged: ${result.message}`,
      );
  }
}

interface WatchInput {
  readonly seconds: number;
  readonly objective: Objective;
  readonly targetGroup: string;
  readonly stillWaiting: () => Promise<boolean>;
}

async function runWatch(context: DeployContext, input: WatchInput, ports: Ports): Promise<WatchResult> {
  const group = context.plan.live.targetGroups.get(input.targetGroup)?.group;
  const since = context.productionSince ?? ports.clock.now();
  const timing = watchTiming(input.seconds, context.request.rehearsalSpeed);
  const { objective } = input;
  const result = await watchCandidate(
    {
      loadBalancer: group?.LoadBalancerArns?.[0] ?? '',
      targetGroup: input.targetGroup,
      objective,
      since,
      timing,
      stillWaiting: input.stillWaiting,
      onBlock: (at, block) => recordBlock(context.recorder, at, block),
      onProgress: (text) => ports.reporter.progress(text),
    },
    ports,
  );
  context.watch = describeWatch({ objective, timing, since }, result);
  return result;
}

/** The service's other target group: the one that the live revision is not in. */
function candidateGroup(context: DeployContext): string | undefined {
  return [...context.plan.live.targetGroups.keys()].find((arn) => arn !== context.plan.live.liveTargetGroup);
}

function rollBack(
  context: DeployContext,
  verdict: RollbackCause['verdict'],
  code: string,
  message: string,
): 'ROLLBACK' {
  context.cause = { verdict, reason: { code, message } };
  context.recorder.event('problem', code, message);
  return 'ROLLBACK';
}

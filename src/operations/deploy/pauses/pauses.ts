/** What surefoot decides while ECS waits: the smoke check before production traffic, the watch after it. */
import type { Ports } from '../../ports.ts';
import type { DeployContext } from '../request.ts';
import { answerShift } from '../shift/shift.ts';
import type { ShiftJudge } from '../shift/shift-judge.ts';
import { answerWatch } from '../watch/watching.ts';
import { rollBack } from './give-up.ts';
import { runSmoke, smokeAddress } from './smoke.ts';
import { SHIFT_STAGE, SMOKE_STAGE, WATCH_STAGE } from './stages.ts';

type Answer = 'CONTINUE' | 'ROLLBACK' | undefined;

/**
 * The answer to a pause at `stage`; undefined for stages that are not surefoot's. A candidate that was given up meanwhile, while ECS worked,
 * is not judged again: its pause is over, or the rollback that was asked for has not reached it yet.
 */
export async function decidePause(
  context: DeployContext,
  stage: string,
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<Answer> {
  if (context.cause !== undefined) {
    return (await stillWaiting()) ? 'ROLLBACK' : undefined;
  }
  if (stage === SMOKE_STAGE) {
    return decideSmoke(context, ports);
  }
  if (stage === SHIFT_STAGE && context.shift !== undefined) {
    return decideShiftPause(context, context.shift, stillWaiting, ports);
  }
  if (stage === WATCH_STAGE) {
    return answerWatch(context, stillWaiting, ports);
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

/** What is decided after 100 %: at the pause of the watch, and while ECS bakes on, on a clock that only sleeping moves. */
import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../../../src/aws/cloudwatch/cloudwatch.ts';
import { OutsideError } from '../../../../src/errors.ts';
import type { DeployContext } from '../../../../src/operations/deploy/request.ts';
import {
  answerWatch,
  keptUndecided,
  lookAtBake,
  measureWatch,
} from '../../../../src/operations/deploy/watch/watching.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import { createRecorder } from '../../../../src/operations/recorder.ts';
import type { DeploySettings, JudgeSettings } from '../../../../src/platform/model/deploy.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';
import { watchSchema } from '../../../../src/report/deployment/watch-record.ts';

const START = Date.UTC(2026, 0, 1);
const objective: Objective = {
  name: 'availability',
  service: 'web',
  indicator: 'availability',
  target: '0.999',
  budget: { numerator: 1n, denominator: 1000n },
  thresholdSeconds: undefined,
  windowDays: 30,
};

interface World {
  /** Of each minute after the start. */
  readonly requests: (minute: number) => number;
  readonly failed?: (minute: number) => number;
  readonly unreadable?: (minute: number) => boolean;
}

function setUp(world: World, deploy: Partial<DeploySettings>) {
  let now = START;
  const warnings: string[] = [];
  const clock = {
    now: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const metrics = async (requests: readonly MetricRequest[], window: { start: Date; end: Date }) => {
    if (world.unreadable?.((now - START) / 60_000) === true) {
      throw new OutsideError('aws-throttled', 'Rate exceeded', 'cloudwatch:GetMetricData');
    }
    const countOf = (name: string, minute: number) => {
      const [all, bad] = [world.requests(minute), world.failed?.(minute) ?? 0];
      return { RequestCount: all, HTTPCode_Target_2XX_Count: all - bad, HTTPCode_Target_5XX_Count: bad }[name];
    };
    return new Map(
      requests.map(({ id, name }) => {
        const points = new Map<number, number>();
        for (let at = window.start.getTime(); at < window.end.getTime(); at += 60_000) {
          const value = countOf(name, (at - START) / 60_000);
          if (value !== undefined && value > 0) {
            points.set(at / 1000, value);
          }
        }
        return [id, points];
      }),
    );
  };
  const reporter = {
    info: () => undefined,
    progress: () => undefined,
    warn: (text: string) => {
      warnings.push(text);
    },
  };
  const ports = { aws: { cloudwatch: { metrics } }, clock, reporter } as unknown as Ports;
  const recorder = createRecorder({
    operation: 'deploy',
    title: 'test',
    subject: {},
    rehearsalSpeed: undefined,
    tools: [],
    clock,
  });
  const context = {
    request: { objectives: [objective], rehearsalSpeed: undefined },
    plan: {
      target: { deploy: { bakeMinutes: 5, ...deploy } },
      live: {
        targetGroups: new Map([
          ['blue', { group: {} }],
          ['green', { group: { LoadBalancerArns: ['app/a/0'] } }],
        ]),
        liveTargetGroup: 'blue',
      },
    },
    recorder,
    percent: 100,
    productionSince: new Date(START),
    cause: undefined,
    watching: undefined,
    watch: undefined,
  } as unknown as DeployContext;
  /** Looks each half minute, as long as that is, and says what was found. */
  const bake = async (minutes: number) => {
    for (let look = 0; look < minutes * 2; look += 1) {
      await clock.sleep(30_000);
      const cause = await lookAtBake(context, { status: 'IN_PROGRESS' }, ports);
      if (cause !== undefined) {
        return cause;
      }
    }
    return undefined;
  };
  return { context, ports, bake, warnings, minutes: () => (now - START) / 60_000 };
}

const WATCH = { seconds: 300, objective: 'availability' };
const waiting = async () => true;
const judged = (onInconclusive: JudgeSettings['onInconclusive']) => ({
  watch: WATCH,
  judge: { objective: 'availability', onInconclusive } as JudgeSettings,
});
const busy = () => 6000;

describe('after 100 %', () => {
  it('goes on when the budget is kept, and says how surely', async () => {
    const { context, ports } = setUp({ requests: busy }, { watch: WATCH });
    expect(await answerWatch(context, waiting, ports)).toBe('CONTINUE');
    expect(watchSchema.parse(context.watch)).toMatchObject({ decision: 'pass', requests: 30_000, failed: 0 });
    expect(context.watch?.logEBelow).toBeGreaterThan(Math.log(20));
    const evidence = context.recorder.finish('pass', [{ code: 'x', message: 'x' }]);
    expect(evidence.checks[0]?.observed).toMatch(/surely kept/);
  });

  it('rolls back on evidence, long before the watch is over', async () => {
    const { context, ports, minutes } = setUp({ requests: busy, failed: () => 60 }, { watch: WATCH });
    expect(await answerWatch(context, waiting, ports)).toBe('ROLLBACK');
    expect(minutes()).toBeLessThanOrEqual(5);
    expect(context.cause).toMatchObject({ verdict: 'fail', reason: { code: 'candidate-errors' } });
  });

  it('goes on looking while ECS bakes, with the evidence of the pause', async () => {
    const world = { requests: busy, failed: (minute: number) => (minute >= 8 ? 300 : 0) };
    const { context, ports, bake } = setUp(world, { watch: WATCH });
    expect(await answerWatch(context, waiting, ports)).toBe('CONTINUE');
    expect(await bake(20)).toMatchObject({ verdict: 'fail', reason: { code: 'candidate-errors' } });
    expect(context.watch).toMatchObject({ decision: 'fail' });
    expect(context.watch?.requests).toBeGreaterThan(30_000);
    const evidence = context.recorder.finish('fail', [{ code: 'x', message: 'x' }]);
    expect(evidence.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    // Each minute was counted once.
    const counted = evidence.series.find(({ name }) => name === 'requests to the candidate')?.points ?? [];
    expect(counted.map(([at]) => at)).toEqual([...new Set(counted.map(([at]) => at))]);
    expect(counted.reduce((sum, [, value]) => sum + (value ?? 0), 0)).toBe(context.watch?.requests);
  });

  it.each([
    ['roll-back', 'ROLLBACK', 'not-enough-evidence', 0],
    ['promote', 'CONTINUE', undefined, 1],
    ['hold', undefined, undefined, 0],
  ] as const)('does as the policy says with what is undecided: %s', async (policy, answer, code, kept) => {
    const { context, ports, warnings } = setUp({ requests: () => 3 }, judged(policy));
    expect(await answerWatch(context, waiting, ports)).toBe(answer);
    expect(context.cause?.reason.code).toBe(code);
    expect(context.watch).toMatchObject({ decision: 'inconclusive' });
    expect(warnings).toHaveLength(policy === 'hold' ? 1 : 0);
    expect(keptUndecided(context, true).map((reason) => reason.code)).toEqual(
      kept === 1 ? ['kept-without-evidence'] : [],
    );
    expect(keptUndecided(context, false)).toEqual([]);
  });

  it('rolls back what is undecided after a deployment at once, which has no policy', async () => {
    const { context, ports } = setUp({ requests: () => 3 }, { watch: WATCH });
    expect(await answerWatch(context, waiting, ports)).toBe('ROLLBACK');
    expect(context.cause).toMatchObject({ verdict: 'inconclusive', reason: { code: 'not-enough-evidence' } });
  });

  it('looks at a judged shift without a watch for as long as it bakes', async () => {
    const { watch: _, ...withoutWatch } = judged('roll-back');
    const bad = setUp({ requests: busy, failed: () => 60 }, withoutWatch);
    expect(await bad.bake(10)).toMatchObject({ verdict: 'fail', reason: { code: 'candidate-errors' } });
    const good = setUp({ requests: busy }, withoutWatch);
    expect(await good.bake(10)).toBeUndefined();
    expect(good.context.watch).toMatchObject({ decision: 'pass' });
    measureWatch(good.context);
    const [measured] = good.context.recorder.finish('pass', [{ code: 'x', message: 'x' }]).measurements;
    expect(measured).toMatchObject({ value: 0, n: good.context.watch?.requests, confidence: 0.95 });
  });

  it('looks at nothing where all went at once without a watch, or the candidate is being rolled back', async () => {
    const plain = setUp({ requests: busy, failed: () => 6000 }, {});
    expect(await plain.bake(10)).toBeUndefined();
    expect(plain.context.watch).toBeUndefined();
    const leaving = setUp({ requests: busy, failed: () => 6000 }, { judge: judged('roll-back').judge });
    leaving.context.cause = { verdict: 'fail', reason: { code: 'x', message: 'x' } };
    expect(await leaving.bake(10)).toBeUndefined();
  });

  it('does not end a bake for metrics that cannot be read', async () => {
    const world = { requests: busy, unreadable: (minute: number) => minute > 9 && minute < 12 };
    const { context, ports, bake, warnings } = setUp(world, { watch: WATCH });
    expect(await answerWatch(context, waiting, ports)).toBe('CONTINUE');
    expect(await bake(10)).toBeUndefined();
    expect(warnings).toEqual(['the candidate cannot be seen while it bakes: Rate exceeded']);
    expect(context.watch).toMatchObject({ decision: 'pass' });
  });
});

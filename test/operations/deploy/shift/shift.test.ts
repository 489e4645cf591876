import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../../../src/aws/cloudwatch/cloudwatch.ts';
import type { DeployContext } from '../../../../src/operations/deploy/request.ts';
import { CloudWatchBlocks } from '../../../../src/operations/deploy/shift/cloudwatch-blocks.ts';
import { answerShift, lookAtShift, withoutEvidence } from '../../../../src/operations/deploy/shift/shift.ts';
import { ShiftJudge } from '../../../../src/operations/deploy/shift/shift-judge.ts';
import { shiftTiming } from '../../../../src/operations/deploy/shift/timing.ts';
import type { Ports } from '../../../../src/operations/ports.ts';
import { createRecorder } from '../../../../src/operations/recorder.ts';
import type { JudgeSettings } from '../../../../src/platform/model/deploy.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';
import { judgementSchema } from '../../../../src/report/deployment/judgement-record.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup';
const START = Date.UTC(2026, 0, 1);
const JUDGE: JudgeSettings = {
  objective: 'availability',
  latency: undefined,
  slowerThanSeconds: undefined,
  alpha: 0.01,
  beta: 0.05,
  margin: 0.25,
  burnRate: 5,
  warmUpSeconds: 60,
  horizonSeconds: 1200,
  onInconclusive: 'roll-back',
};
const objective = { name: 'availability', budget: { numerator: 1n, denominator: 1000n } } as Objective;

interface World {
  /** Of each minute, by the name of the target group. */
  readonly requests: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

/** A clock that goes on only while somebody sleeps, and CloudWatch with the same in every minute that has closed. */
function setUp(world: World, settings: Partial<JudgeSettings> = {}, percent = 10) {
  let now = START;
  const warnings: string[] = [];
  const clock = {
    now: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const metrics = async (requests: readonly MetricRequest[], window: { start: Date; end: Date }) =>
    new Map(
      requests.map(({ id, name, dimensions }) => {
        const arm = dimensions['TargetGroup']?.split('/')[1] ?? '';
        const counts = { RequestCount: world.requests, HTTPCode_Target_5XX_Count: world.failed };
        const value = counts[name as keyof typeof counts]?.[arm];
        const points = new Map<number, number>();
        for (
          let at = window.start.getTime() / 1000;
          value !== undefined && at < window.end.getTime() / 1000;
          at += 60
        ) {
          points.set(at, value);
        }
        return [id, points];
      }),
    );
  const reporter = { info: () => undefined, progress: () => undefined, warn: (text: string) => warnings.push(text) };
  const ports = { aws: { cloudwatch: { metrics } }, clock, reporter } as unknown as Ports;
  const judge = { ...JUDGE, ...settings };
  const lines: string[] = [];
  const journal = { file: 'blocks.ndjson', append: (line: string) => lines.push(line), digest: () => '0'.repeat(64) };
  const recorder = createRecorder({
    operation: 'deploy',
    title: 'test',
    subject: {},
    rehearsalSpeed: undefined,
    tools: [],
    clock,
  });
  const arms = { loadBalancer: 'app/a/0', baseline: `${GROUP}/blue/0`, candidate: `${GROUP}/green/0` };
  const timing = shiftTiming(judge, undefined);
  const shift = new ShiftJudge({
    arms,
    source: new CloudWatchBlocks({ arms, ...timing, slowerThanSeconds: undefined }),
    journal,
    options: { alpha: judge.alpha, beta: judge.beta, boundary: { margin: judge.margin, tolerance: 0.005 } },
    objective,
    latency: undefined,
    burnRate: judge.burnRate,
    timing,
    recorder,
  });
  const deploy = { judge, canary: { percent, bakeMinutes: 0 }, linear: undefined };
  const context = {
    request: { target: { deploy }, rehearsalSpeed: undefined },
    plan: { target: { deploy } },
    recorder,
    shift,
    percent,
    withoutEvidence: false,
    cause: undefined,
  } as unknown as DeployContext;
  return { context, shift, ports, warnings, lines, minutes: () => (now - START) / 60_000 };
}

const waiting = async () => true;
const BUSY = { blue: 9000, green: 1000 };

describe('the answer at a pause of a shift', () => {
  it('promotes a sound candidate on evidence, before the horizon', async () => {
    const { context, shift, ports, minutes, lines } = setUp({ requests: BUSY, failed: { blue: 3 } });
    expect(await answerShift(context, shift, waiting, ports)).toBe('CONTINUE');
    expect(minutes()).toBeLessThan(20);
    const record = judgementSchema.parse(shift.record({ baseline: 'blue', candidate: 'green' }));
    expect(record.decisions.map(({ decision }) => decision)).toEqual(['promote']);
    // The first minute is warm-up, and the last three are not closed.
    expect(record.blocks[0]?.at).toBe(new Date(START + 60_000).toISOString());
    expect(record.blocks.length).toBe(minutes() - 4);
    expect(lines.map((line) => JSON.parse(line))).toEqual(record.blocks);
    expect(record.journal).toEqual({ file: 'blocks.ndjson', sha256: '0'.repeat(64), lines: lines.length });
  });

  it('rolls a bad candidate back, and names both error rates', async () => {
    const { context, shift, ports } = setUp({ requests: BUSY, failed: { blue: 3, green: 50 } });
    expect(await answerShift(context, shift, waiting, ports)).toBe('ROLLBACK');
    expect(context.cause).toMatchObject({ verdict: 'fail', reason: { code: 'worse-than-baseline' } });
    expect(context.cause?.reason.message).toMatch(/50 of 1000|100 of 2000|150 of 3000/);
  });

  it('rolls back while ECS bakes, without a pause', async () => {
    const { context, shift, ports } = setUp({ requests: BUSY, failed: { green: 50 } });
    const deployment = { status: 'IN_PROGRESS' as const };
    let cause: Awaited<ReturnType<typeof lookAtShift>>;
    for (let look = 0; look < 30 && cause === undefined; look += 1) {
      cause = await lookAtShift(context, deployment, ports);
      await ports.clock.sleep(30_000);
    }
    expect(cause).toMatchObject({ verdict: 'fail', reason: { code: 'worse-than-baseline' } });
    expect(await lookAtShift(context, deployment, ports)).toBeUndefined();
    expect(shift.record({ baseline: 'blue', candidate: 'green' }).decisions).toHaveLength(1);
  });

  it('looks no longer at a candidate that was given up', async () => {
    const { context, shift, ports } = setUp({ requests: BUSY, failed: { green: 50 } });
    context.cause = { verdict: 'fail', reason: { code: 'candidate-crashes', message: 'it does' } };
    for (let look = 0; look < 30; look += 1) {
      expect(await lookAtShift(context, { status: 'IN_PROGRESS' }, ports)).toBeUndefined();
      await ports.clock.sleep(30_000);
    }
    expect(shift.judgement.state.blocks).toBe(0);
  });

  it.each([
    ['roll-back', 'ROLLBACK', { verdict: 'inconclusive' }, false],
    ['hold', undefined, undefined, false],
    ['promote', 'CONTINUE', undefined, true],
  ] as const)('at the horizon does as the policy says: %s', async (onInconclusive, answer, cause, promoted) => {
    const quiet = { requests: { blue: 9, green: 1 }, failed: {} };
    const { context, shift, ports, warnings, minutes } = setUp(quiet, { onInconclusive });
    expect(await answerShift(context, shift, waiting, ports)).toBe(answer);
    expect(minutes()).toBe(20);
    expect(warnings.length).toBe(onInconclusive === 'hold' ? 1 : 0);
    expect(context.withoutEvidence).toBe(promoted);
    expect(withoutEvidence(context).map(({ code }) => code)).toEqual(promoted ? ['promoted-without-evidence'] : []);
    if (cause === undefined) {
      expect(context.cause).toBeUndefined();
    } else {
      expect(context.cause).toMatchObject(cause);
    }
  });

  it('takes no data for no evidence', async () => {
    const { context, shift, ports } = setUp({ requests: {}, failed: { green: 5 } });
    expect(await answerShift(context, shift, waiting, ports)).toBe('ROLLBACK');
    expect(context.cause).toMatchObject({ verdict: 'inconclusive', reason: { code: 'not-enough-evidence' } });
    expect(shift.judgement.state.blocks).toBe(0);
  });

  it('promotes nothing when the requests are not split as the weights promise', async () => {
    const { context, shift, ports } = setUp({ requests: { blue: 5000, green: 5000 }, failed: {} });
    expect(await answerShift(context, shift, waiting, ports)).toBe('ROLLBACK');
    expect(context.cause).toMatchObject({ verdict: 'inconclusive', reason: { code: 'sample-ratio-mismatch' } });
  });

  it('gives no answer to a pause that is over', async () => {
    const { context, shift, ports } = setUp({ requests: BUSY, failed: {} });
    expect(await answerShift(context, shift, async () => false, ports)).toBeUndefined();
    expect(context.cause).toBeUndefined();
  });
});

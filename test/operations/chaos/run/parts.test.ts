import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainAwsError } from '../../../../src/aws/errors.ts';
import { holdOf } from '../../../../src/operations/chaos/run/conclude.ts';
import {
  faultStart,
  idleOf,
  injectedOf,
  seenStopping,
  tasksToStop,
} from '../../../../src/operations/chaos/run/fault/injection.ts';
import { refusalByAws } from '../../../../src/operations/chaos/run/fault/refusal-by-aws.ts';
import {
  baselineOf,
  differenceWithin,
  isSlower,
  steadyStateProblems,
  steadyStateUnmeasurable,
} from '../../../../src/operations/chaos/run/measure/baseline.ts';
import { detectionOf, isInTime } from '../../../../src/operations/chaos/run/measure/detection.ts';
import { DowntimeBudget, defaultBudgetSeconds } from '../../../../src/operations/chaos/run/measure/downtime-budget.ts';
import { isOpen } from '../../../../src/operations/common/open-windows.ts';
import type { Probe } from '../../../../src/operations/common/outage/probes.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000);

describe('DowntimeBudget', () => {
  it('spends a second for each second of full outage, and a tenth where a tenth is lost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 200 }), (tenths, seconds) => {
        const budget = new DowntimeBudget(1e9);
        for (let second = 0; second <= seconds; second += 1) {
          budget.take({ second, planned: second * 50, ok: second * 5 * (10 - tenths) });
        }
        expect(budget.downtimeSeconds).toBeCloseTo((seconds * tenths) / 10, 6);
      }),
    );
  });

  it('says so within the bin in which it is spent', () => {
    const budget = new DowntimeBudget(3);
    const spent = [0, 1, 2, 3, 4, 5].map((second) =>
      budget.take({ second, planned: second * 50, ok: Math.min(second, 2) * 50 }),
    );
    expect(spent).toEqual([false, false, false, false, false, true]);
  });

  it('takes back what was only under way', () => {
    const budget = new DowntimeBudget(10);
    budget.take({ second: 0, planned: 0, ok: 0 });
    budget.take({ second: 2, planned: 100, ok: 0 });
    expect(budget.downtimeSeconds).toBe(2);
    budget.take({ second: 3, planned: 150, ok: 150 });
    expect(budget.downtimeSeconds).toBe(0);
  });

  it('is twice the objective where none is given', () => {
    expect([defaultBudgetSeconds(30), defaultBudgetSeconds(0), defaultBudgetSeconds(undefined)]).toEqual([60, 60, 60]);
    expect(defaultBudgetSeconds(45)).toBe(90);
  });
});

describe('baseline', () => {
  const probes = (
    count: number,
    seconds: (index: number) => number,
    ok: (index: number) => boolean = () => true,
  ): Probe[] =>
    Array.from({ length: count }, (_, index) => ({ at: index, end: index + seconds(index), ok: ok(index) }));
  const flat = probes(400, () => 0.1);

  it('finds two equal halves equal, and one that fails or slows down not', () => {
    expect(differenceWithin(flat)).toBeUndefined();
    expect(
      differenceWithin(
        probes(
          400,
          () => 0.1,
          (index) => index < 200 || index % 5 > 0,
        ),
      ),
    ).toContain('40 of 200');
    expect(differenceWithin(probes(400, (index) => (index < 200 ? 0.1 : 0.3)))).toContain('slower');
    expect(differenceWithin([])).toContain('no request');
  });

  it('notices what became slower, and not the noise of before', () => {
    const before = baselineOf(probes(400, (index) => 0.1 + (index % 100) / 1000));
    expect(
      isSlower(
        probes(400, (index) => 0.1 + (index % 100) / 1000),
        before,
      ),
    ).toBe(false);
    expect(
      isSlower(
        probes(400, (index) => (index % 5 === 0 ? 0.5 : 0.1)),
        before,
      ),
    ).toBe(true);
  });

  it('holds a steady state against its exact bound', () => {
    const one = probes(
      1000,
      () => 0.1,
      (index) => index > 0,
    );
    const bound = (value: string, numerator: bigint) =>
      ({
        kind: 'bound',
        indicator: 'availability',
        service: undefined,
        comparison: 'gte',
        value,
        exactly: { numerator, denominator: 10n },
        unit: 'percent',
      }) as const;
    expect(steadyStateProblems([bound('99.9', 999n)], one, [])).toEqual([]);
    expect(steadyStateProblems([bound('100', 1000n)], one, [])).toEqual([
      '999 of 1000 requests were answered well, not gte 100 percent',
    ]);
    const objective = {
      name: 'fast',
      service: 'web',
      indicator: 'latency',
      target: '0.95',
      budget: { numerator: 1n, denominator: 20n },
      thresholdSeconds: 0.2,
      windowDays: 30,
    } as const;
    const steady = [{ kind: 'objective', objective: 'fast' }] as const;
    expect(steadyStateProblems(steady, flat, [objective])).toEqual([]);
    expect(
      steadyStateProblems(
        steady,
        probes(100, (index) => (index < 6 ? 0.3 : 0.1)),
        [objective],
      ),
    ).toHaveLength(1);
    expect(steadyStateUnmeasurable(steady, [objective])).toEqual([]);
    expect(steadyStateUnmeasurable(steady, [])).toMatchObject([{ code: 'steady-state-not-measured' }]);
    expect(steadyStateUnmeasurable([{ ...bound('1', 10n), indicator: 'cpu' }], [])).toHaveLength(1);
  });
});

describe('detectionOf', () => {
  const change = (second: number, from: string, to: string) => ({ at: at(second), from, to });
  const expected = { name: 'alarm', withinSeconds: 60 };

  it('counts from the fault to the first ALARM after it, in whatever order the history comes', () => {
    const found = detectionOf([change(90, 'ALARM', 'OK'), change(45, 'OK', 'ALARM')], 'OK', at(0));
    expect(found).toEqual({ kind: 'fired', seconds: 45 });
    expect(isInTime(found, expected)).toBe(true);
    expect(isInTime({ kind: 'fired', seconds: 61 }, expected)).toBe(false);
  });

  it('knows silence, an alarm that stood in ALARM already, and one that is not there', () => {
    expect(isInTime(detectionOf([], 'OK', at(0)), expected)).toBe(false);
    expect(detectionOf([change(-5, 'OK', 'ALARM')], 'ALARM', at(0))).toEqual({ kind: 'fired-before' });
    expect(detectionOf([change(10, 'ALARM', 'OK'), change(20, 'OK', 'ALARM')], 'ALARM', at(0))).toEqual({
      kind: 'fired-before',
    });
    expect(isInTime(detectionOf([], undefined, at(0)), expected)).toBeUndefined();
  });
});

describe('isOpen', () => {
  const window = {
    days: ['tue'],
    from: { hour: 22, minute: 0 },
    to: { hour: 2, minute: 30 },
    timeZone: 'America/Toronto',
  } as const;
  const utc = (text: string) => new Date(`${text}Z`);

  it('is always open without windows', () => {
    expect(isOpen([], utc('2026-01-01T00:00:00'))).toBe(true);
  });

  it('goes past midnight in its own time zone', () => {
    // 2026-01-06 is a Tuesday; Toronto is five hours behind.
    expect(isOpen([window], utc('2026-01-07T02:59:59'))).toBe(false);
    expect(isOpen([window], utc('2026-01-07T03:00:00'))).toBe(true);
    expect(isOpen([window], utc('2026-01-07T07:29:59'))).toBe(true);
    expect(isOpen([window], utc('2026-01-07T07:30:00'))).toBe(false);
    expect(isOpen([window], utc('2026-01-06T06:00:00'))).toBe(false);
  });

  it('keeps to hours of a day', () => {
    const day = { ...window, from: { hour: 9, minute: 0 }, to: { hour: 16, minute: 0 } };
    expect(isOpen([day], utc('2026-01-06T14:00:00'))).toBe(true);
    expect(isOpen([day], utc('2026-01-06T21:00:00'))).toBe(false);
    expect(isOpen([day], utc('2026-01-07T15:00:00'))).toBe(false);
  });
});

describe('proof of injection', () => {
  const actions = {
    wait: { actionId: 'aws:fis:wait', state: { status: 'completed' as const }, startTime: at(0) },
    kill: {
      actionId: 'aws:ecs:stop-task',
      targets: { Tasks: 'some' },
      state: { status: 'completed' as const },
      startTime: at(60),
    },
    drain: { actionId: 'aws:ecs:drain-container-instances', state: { status: 'skipped' as const } },
  };

  it('is a fault that has begun: waiting and skipping prove nothing', () => {
    expect(injectedOf({ actions }).map(({ name }) => name)).toEqual(['kill']);
    expect(faultStart({ actions })).toEqual(at(60));
    expect(faultStart({ actions: { wait: actions.wait, drain: actions.drain } })).toBeUndefined();
  });

  it('is one that has begun and then failed, too; those that have not are named apart', () => {
    const failed = { ...actions.kill, state: { status: 'failed' as const } };
    const { startTime: _, ...never } = failed;
    const all = { actions: { ...actions, failed, never } };
    expect(injectedOf(all).map(({ name }) => name)).toEqual(['kill', 'failed']);
    expect(idleOf(all).map(({ name }) => name)).toEqual(['drain', 'never']);
  });

  it('finds the tasks that were to be stopped, and those that ECS stops', () => {
    const arn = 'arn:aws:ecs:r:1:task/main/a';
    const resolved = [
      { targetName: 'some', resourceType: 'aws:ecs:task', targetInformation: { arn } },
      { targetName: 'other', resourceType: 'aws:ecs:task', targetInformation: { arn: `${arn}b` } },
    ];
    expect(tasksToStop({ actions }, resolved)).toEqual([arn]);
    expect(
      seenStopping([
        { taskArn: arn, desiredStatus: 'STOPPED' },
        { taskArn: 'b', desiredStatus: 'RUNNING' },
      ]),
    ).toEqual([arn]);
  });
});

describe('refusalByAws', () => {
  const said = (name: string) => explainAwsError('fis:StartExperiment', Object.assign(new Error('said'), { name }));

  it.each([
    ['ServiceQuotaExceededException', 'quota'],
    ['ConflictException', 'conflict'],
    ['ValidationException', 'refused-by-aws'],
  ])('%s is one sentence that says what to do', (name, code) => {
    const refusal = refusalByAws(said(name));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toMatch(/^fis:StartExperiment: said \[\w+\]: .{30}/);
  });

  it('names the permission that is missing, and who prints the policy', () => {
    const refusal = refusalByAws(said('AccessDeniedException'));
    expect(refusal?.code).toBe('not-permitted');
    expect(refusal?.message).toContain('needs the permission fis:StartExperiment');
    expect(refusal?.message).toContain('surefoot chaos plan');
  });

  it('tells of a role that Scheduler may not take, and of nothing else by that name', () => {
    const refused = explainAwsError(
      'scheduler:CreateSchedule',
      Object.assign(new Error('no'), { name: 'ValidationException' }),
    );
    expect(refusalByAws(refused)).toMatchObject({
      code: 'stop-role-refused',
      message: expect.stringContaining('guards.stopRole'),
    });
  });

  it('leaves what may have acted to others', () => {
    expect(refusalByAws(said('InternalServerException'))).toBeUndefined();
  });
});

describe('holdOf', () => {
  it('is half of the time after the experiment, a minute at the most, and never one good answer', () => {
    expect([0, 5, 10, 30, 300, undefined].map((after) => holdOf(after))).toEqual([5, 5, 5, 15, 60, 60]);
  });
});

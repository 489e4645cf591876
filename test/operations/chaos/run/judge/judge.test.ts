import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../../../../src/operations/chaos/run/judge/facts.ts';
import { type JudgedRun, judgeRun } from '../../../../../src/operations/chaos/run/judge/judge.ts';
import type { Loss } from '../../../../../src/operations/chaos/run/measure/loss.ts';
import { parseDuration } from '../../../../../src/platform/duration.ts';
import { experimentOf, KILL, TASKS } from '../../plan/samples.ts';

const experiment = experimentOf(
  KILL,
  TASKS,
  `load: { profile: failover }
irreversible: true
expect: { rto: 30s, availability: 99, maximumLostRequests: 50, alarms: [{ name: down, within: 1m }] }`,
);

const facts: RunFacts = {
  ended: { status: 'completed', reason: 'Experiment completed.' },
  injected: [
    {
      name: 'kill',
      actionId: 'aws:ecs:stop-task',
      status: 'completed',
      reason: '',
      startedAt: new Date(0),
      endedAt: new Date(0),
      isFault: true,
    },
  ],
  idle: [],
  resolvedTargets: 1,
  tasks: { toStop: 1, seen: 1 },
  recovery: { kind: 'recovered', impact: 1, lower: 4.9, upper: 5 },
  served: { planned: 5000, ok: 4960, lost: 40 },
  hold: { seconds: 60, isShort: false },
  written: undefined,
  watchedSeconds: 300,
  slower: false,
  detections: [{ name: 'down', detection: { kind: 'fired', seconds: 30 } }],
  aborted: undefined,
  generatorProblems: [],
  noisy: false,
  clockOffset: { least: -0.02, most: 0.03 },
  downtime: { seconds: 1, budgetSeconds: 60 },
};

const judge = (change: Partial<RunFacts>) => {
  const { verdict, reasons } = judgeRun(experiment, { ...facts, ...change });
  return [verdict, ...reasons.map(({ code }) => code)];
};

describe('judgeRun', () => {
  it('passes with proof, and everything measured within its bound', () => {
    expect(judge({})).toEqual(['pass', 'survived']);
  });

  it.each<[string, Partial<RunFacts>, string]>([
    [
      'the recovery took too long',
      { recovery: { kind: 'recovered', impact: 0, lower: 31, upper: 31.1 } },
      'rto-missed',
    ],
    [
      'the recovery is not shown to be in time',
      { recovery: { kind: 'recovered', impact: 0, lower: 29.9, upper: 30.1 } },
      'rto-missed',
    ],
    ['there was no recovery', { recovery: { kind: 'censored', impact: 0, beyond: 3 } }, 'not-recovered'],
    ['availability was missed', { served: { planned: 1000, ok: 989, lost: 11 } }, 'availability-missed'],
    ['too much was lost', { served: { planned: 9000, ok: 8949, lost: 51 } }, 'too-many-lost'],
    [
      'an alarm was late',
      { detections: [{ name: 'down', detection: { kind: 'fired', seconds: 61 } }] },
      'alarm-missed',
    ],
    ['an alarm kept silent', { detections: [{ name: 'down', detection: { kind: 'silent' } }] }, 'alarm-missed'],
    ['the budget was spent after its end', { downtime: { seconds: 60, budgetSeconds: 60 } }, 'downtime-budget'],
  ])('fails when %s', (_, change, code) => {
    expect(judge(change)).toEqual(['fail', code]);
  });

  it.each<[string, Partial<RunFacts>, string]>([
    ['nothing was injected', { injected: [], recovery: undefined }, 'nothing-injected'],
    ['FIS failed', { ended: { status: 'failed', reason: 'denied' } }, 'experiment-failed'],
    ['too little was hit', { resolvedTargets: 0 }, 'too-few-targets'],
    ['ECS has not stopped the task', { tasks: { toStop: 1, seen: 0 } }, 'tasks-not-stopped'],
    ['there were too few requests', { served: { planned: 99, ok: 99, lost: 0 } }, 'too-few-requests'],
    ['it was not felt', { recovery: { kind: 'unfelt', resolution: 0.05 } }, 'not-felt'],
    ['the generator was saturated', { generatorProblems: [{ code: 'dropped', message: 'dropped' }] }, 'generator'],
    [
      'an alarm stood in ALARM before',
      { detections: [{ name: 'down', detection: { kind: 'fired-before' } }] },
      'alarm-missed',
    ],
  ])('is inconclusive when %s, whatever else was missed', (_, change, code) => {
    expect(judge(change)).toEqual(['inconclusive', code]);
    const worse = judge({ downtime: { seconds: 99, budgetSeconds: 60 }, ...change });
    expect([worse[0], worse[1]]).toEqual(['inconclusive', code]);
  });

  it('names the faults that did not begin, in the check and in what a pass says', () => {
    const [begun] = facts.injected;
    const idle = begun === undefined ? [] : [{ ...begun, name: 'cut', status: 'skipped', startedAt: undefined }];
    const { verdict, reasons, checks } = judgeRun(experiment, { ...facts, idle });
    const named = 'did not begin: cut (aws:ecs:stop-task) skipped';
    expect([verdict, reasons[0]?.message]).toEqual(['pass', expect.stringContaining(named)]);
    expect(checks.find(({ name }) => name === 'a fault was injected')?.observed).toContain(named);
  });

  it('feels what became slower, too', () => {
    expect(judge({ recovery: { kind: 'unfelt', resolution: 0.05 }, slower: true })[0]).toBe('pass');
  });

  it('fails as aborted when a fault was stopped, and says nothing of a service when none had begun', () => {
    const aborted = { code: 'downtime-budget', message: 'spent' };
    const ended = { status: 'stopped', reason: '' };
    expect(judge({ aborted, ended })).toEqual(['fail', 'aborted']);
    expect(judge({ aborted, ended, injected: [], recovery: undefined }).slice(0, 2)).toEqual([
      'inconclusive',
      'downtime-budget',
    ]);
  });

  it.each(['downtime-budget', 'load-below-rate'])(
    'says nothing of the service when %s stopped the fault and the load cannot be believed',
    (code) => {
      const change = {
        aborted: { code, message: 'stopped' },
        ended: { status: 'stopped', reason: '' },
        generatorProblems: [{ code: 'generator-dropped', message: 'dropped' }],
        downtime: { seconds: 99, budgetSeconds: 60 },
      };
      expect(judge(change)).toEqual(['inconclusive', code, 'generator', 'downtime-budget']);
      const byAlarm = { ...change, aborted: { code: 'stopped-in-fis', message: 'alarm' } };
      expect(judge(byAlarm).slice(0, 2)).toEqual(['fail', 'aborted']);
    },
  );

  const write = (id: string, acknowledgedAt: number) => ({ id, sentAt: acknowledgedAt, acknowledgedAt });
  const lossOfTwo: Loss = {
    lost: [write('run-load-7', 10), write('run-load-9', 11)],
    lostAfterFault: 1,
    acknowledged: 500,
    acknowledgedBeforeFault: 400,
    unknown: { sent: 12, there: 3 },
    repeated: 0,
    rpo: { lower: 1.5, upper: 2 },
  };
  const none: Loss = { ...lossOfTwo, lost: [], lostAfterFault: 0, rpo: { lower: 0, upper: 0 } };
  const measured = (loss: Loss): RunFacts['written'] => ({ kind: 'measured', loss });
  const withRpo = (rpo: string, change: Partial<RunFacts>) =>
    judgeRun(
      { ...experiment, expect: { ...experiment.expect, rpoSeconds: parseDuration(rpo) } },
      { ...facts, ...change },
    );
  const outcome = ({ verdict, reasons }: JudgedRun) => [verdict, reasons[0]?.code];

  it.each<[string, string, RunFacts['written'], readonly string[]]>([
    ['nothing is lost', '0s', measured(none), ['pass', 'survived']],
    ['what is lost lies within the objective', '2s', measured(lossOfTwo), ['pass', 'survived']],
    ['it may lie further back', '1s', measured(lossOfTwo), ['fail', 'rpo-missed']],
    ['anything is lost where nothing may be', '0s', measured(lossOfTwo), ['fail', 'rpo-missed']],
    [
      'nothing older is known to be there',
      '1h',
      measured({ ...lossOfTwo, rpo: { lower: 1, upper: undefined } }),
      ['fail', 'rpo-missed'],
    ],
    [
      'nothing was written before',
      '0s',
      measured({ ...none, acknowledgedBeforeFault: 0 }),
      ['inconclusive', 'no-writes'],
    ],
    [
      'the ledger is not to be read',
      '0s',
      { kind: 'unreadable', why: 'it answered 503' },
      ['inconclusive', 'ledger-unreadable'],
    ],
  ])('of the recovery point: %s', (_, rpo, written, expected) => {
    expect(outcome(withRpo(rpo, { written }))).toEqual(expected);
  });

  it('fails a service that is not back together with its ledger', () => {
    const written = { kind: 'unreadable', why: 'it answered 503' } as const;
    const { verdict, reasons } = withRpo('0s', { written, recovery: { kind: 'censored', impact: 0, beyond: 3 } });
    expect([verdict, ...reasons.map(({ code }) => code)]).toEqual(['fail', 'not-recovered', 'ledger-unreadable']);
  });

  it('says how many writes are lost and which, and leaves out those that nobody knows of', () => {
    const { checks, measurements } = withRpo('0s', { written: measured(lossOfTwo) });
    expect(checks.find(({ name }) => name === 'recovery point')?.observed).toBe(
      '1.500 s to 2.000 s: 2 of 500 acknowledged writes are lost, 1 of them acknowledged after the fault had begun (run-load-7, run-load-9); of 12 that were not acknowledged, 3 are there',
    );
    const found = (name: string) => measurements.find(({ indicator }) => indicator === name);
    expect(found('rpo')).toMatchObject({ value: 2, lower: 1.5, upper: 2, unit: 's' });
    expect(found('lost-writes')).toMatchObject({ value: 2, n: 500 });
    expect(found('unknown-writes')).toMatchObject({ value: 12, n: 512 });
  });

  const measurement = (name: string, change: Partial<RunFacts>) =>
    judgeRun(experiment, { ...facts, ...change }).measurements.find(({ indicator }) => indicator === name);

  it('counts a failover as a success by what users felt, and not at all where nothing is proven', () => {
    const late = { detections: [{ name: 'down', detection: { kind: 'silent' } as const }] };
    const missed = { served: { planned: 1000, ok: 989, lost: 11 } };
    const stopped = {
      aborted: { code: 'downtime-budget', message: 'spent' },
      ended: { status: 'stopped', reason: '' },
    };
    expect([{}, late, missed, stopped].map((change) => measurement('failover-success', change)?.value)).toEqual([
      1, 1, 0, 0,
    ]);
    expect(measurement('failover-success', { tasks: { toStop: 1, seen: 0 } })).toBeUndefined();
  });

  it('has one time to detect, that of the first alarm; and only a lower bound where all keep silent', () => {
    const fired = (seconds: number) => ({ name: `a${seconds}`, detection: { kind: 'fired', seconds } as const });
    const silent = { name: 'b', detection: { kind: 'silent' } as const };
    const before = { name: 'c', detection: { kind: 'fired-before' } as const };
    expect(measurement('time-to-detect', { detections: [fired(30), silent, fired(12)] })?.value).toBe(12);
    expect(measurement('time-to-detect', { detections: [silent, silent] })).toMatchObject({ value: null, lower: 300 });
    const unsure = measurement('time-to-detect', { detections: [silent, before] });
    expect([unsure?.value, unsure?.lower]).toEqual([null, undefined]);
    expect(measurement('time-to-detect', { detections: [] })).toBeUndefined();
  });

  it('does not know of a recovery that there was no time to watch, but of one that is too late already', () => {
    const hold = { seconds: 5, isShort: true };
    const beyond = (seconds: number) => ({ kind: 'censored', impact: 0, beyond: seconds }) as const;
    expect(judge({ hold, recovery: beyond(30) })).toEqual(['inconclusive', 'recovery-not-known']);
    expect(judge({ hold, recovery: beyond(30.1) })).toEqual(['fail', 'not-recovered']);
    expect(judge({ hold })).toEqual(['pass', 'survived']);
  });

  it('says nothing of a service when it has given way to an experiment that was started at the same time', () => {
    const change = {
      aborted: { code: 'already-running', message: 'another one' },
      ended: { status: 'stopped', reason: '' },
    };
    expect(judge(change)).toEqual(['inconclusive', 'already-running']);
    expect(measurement('failover-success', change)).toBeUndefined();
  });

  it('says how well the clocks are known to each other', () => {
    expect(measurement('rto', {})?.method).toContain("FIS's clock is -0.020 to 0.030 s ahead of this machine's");
    expect(measurement("FIS's clock is ahead by", {})).toMatchObject({ lower: -0.02, upper: 0.03, unit: 's' });
    expect(measurement('rto', { clockOffset: undefined })?.method).not.toContain('clock');
  });

  it('says for how long there had to be no failure', () => {
    expect(measurement('rto', { hold: { seconds: 7.5, isShort: false } })?.method).toContain(
      'without a failure for 7.5 s',
    );
  });

  it('does not say that no request suffered where no recovery was seen and none was asked for', () => {
    const expected = { ...experiment.expect, rtoSeconds: undefined };
    const recovery = { kind: 'censored', impact: 0, beyond: 3 } as const;
    const { verdict, reasons } = judgeRun({ ...experiment, expect: expected }, { ...facts, recovery });
    expect([verdict, reasons[0]?.message]).toEqual(['pass', expect.stringContaining('no lasting recovery was seen')]);
  });

  it('gives no value and no upper bound for a recovery that was not seen', () => {
    const { measurements } = judgeRun(experiment, { ...facts, recovery: { kind: 'censored', impact: 0, beyond: 7 } });
    const rto = measurements.find(({ indicator }) => indicator === 'rto');
    expect(rto).toMatchObject({ value: null, lower: 7 });
    expect(rto).not.toHaveProperty('upper');
  });
});

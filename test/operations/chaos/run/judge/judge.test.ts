import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../../../../src/operations/chaos/run/judge/facts.ts';
import { judgeRun } from '../../../../../src/operations/chaos/run/judge/judge.ts';
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
  resolvedTargets: 1,
  tasks: { toStop: 1, seen: 1 },
  recovery: { kind: 'recovered', impact: 1, lower: 4.9, upper: 5 },
  served: { planned: 5000, ok: 4960, lost: 40 },
  written: undefined,
  watchedSeconds: 300,
  slower: false,
  detections: [{ name: 'down', detection: { kind: 'fired', seconds: 30 } }],
  aborted: undefined,
  generatorProblems: [],
  noisy: false,
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

  it('gives no value and no upper bound for a recovery that was not seen', () => {
    const { measurements } = judgeRun(experiment, { ...facts, recovery: { kind: 'censored', impact: 0, beyond: 7 } });
    const rto = measurements.find(({ indicator }) => indicator === 'rto');
    expect(rto).toMatchObject({ value: null, lower: 7 });
    expect(rto).not.toHaveProperty('upper');
  });
});

import { describe, expect, it } from 'vitest';
import { judgeDeployment, type Outcome } from '../../../src/operations/deploy/verdict.ts';

const outcome = (changes: Partial<Outcome>): Outcome => ({
  status: 'SUCCESSFUL',
  statusReason: undefined,
  candidate: 'new',
  live: 'new',
  cause: undefined,
  pauseTimedOut: false,
  ...changes,
});
const judge = (changes: Partial<Outcome>) => {
  const { verdict, reasons } = judgeDeployment(outcome(changes));
  return [verdict, ...reasons.map((reason) => reason.code)];
};

describe('judgeDeployment', () => {
  const bad = { verdict: 'fail' as const, reason: { code: 'candidate-errors', message: 'it fails' } };
  const unknown = { verdict: 'inconclusive' as const, reason: { code: 'not-enough-evidence', message: 'no traffic' } };
  const cases: [string, Partial<Outcome>, string[]][] = [
    ['success with the candidate live', {}, ['pass', 'deployed']],
    ['success with another revision live', { live: 'old' }, ['fail', 'not-live']],
    ['success with nothing live', { live: undefined }, ['fail', 'not-live']],
    [
      'a rollback for a fault',
      { status: 'ROLLBACK_SUCCESSFUL', live: 'old', cause: bad },
      ['fail', 'candidate-errors', 'rolled-back'],
    ],
    [
      'a rollback because nothing could be decided',
      { status: 'ROLLBACK_SUCCESSFUL', live: 'old', cause: unknown },
      ['inconclusive', 'not-enough-evidence', 'rolled-back'],
    ],
    [
      'a rollback by ECS itself',
      { status: 'ROLLBACK_SUCCESSFUL', live: 'old', statusReason: 'alarm' },
      ['fail', 'rolled-back-by-ecs', 'rolled-back'],
    ],
    [
      'a rollback after a pause that nobody answered',
      { status: 'ROLLBACK_SUCCESSFUL', live: 'old', pauseTimedOut: true },
      ['inconclusive', 'pause-timed-out', 'rolled-back'],
    ],
    [
      'a failed rollback',
      { status: 'ROLLBACK_FAILED', live: 'new', cause: bad },
      ['fail', 'not-rolled-back', 'candidate-errors'],
    ],
    ['a stopped deployment', { status: 'STOPPED' }, ['fail', 'not-rolled-back']],
  ];
  it.each(cases)('judges %s', (_name, changes, expected) => {
    expect(judge(changes)).toEqual(expected);
  });
});

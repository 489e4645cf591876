import { describe, expect, test } from 'vitest';
import { type Aftermath, type KillCase, play, type Strike } from './kill.ts';
import { randomNumbers } from './random.ts';
import { createGate } from './side-by-side.ts';

/** Three platforms at a time; a case waits for its turn within its time limit. */
const gate = createGate(3);
const TIME_LIMIT = { timeout: 600_000 };

/** Every call of a good deployment that changes something, in order. */
const GOOD: readonly (readonly [operation: string, number: number])[] = [
  ['TagResource', 1],
  ['RegisterTaskDefinition', 1],
  ['UpdateService', 1],
  ['ContinueServiceDeployment', 1],
  ['UpdateService', 2],
  ['UntagResource', 1],
];

/** Killed before the call, and after it; with a `helper`, which is the one that makes the call, what it is to help with comes first. */
function around(
  [operation, number]: readonly [string, number],
  rest: Pick<KillCase, 'environment' | 'image'>,
  nexts: readonly [before: KillCase['next'], after: KillCase['next']],
  helper?: 'repair' | 'rollback',
): KillCase[] {
  const calls = [
    { when: 'before', operation, number },
    { when: 'after', operation, number },
  ] as const;
  return calls.map((strike, index) => {
    const next = nexts[index] ?? 'repair';
    return helper === undefined
      ? { ...rest, strike, next }
      : { ...rest, strike: FIRST[helper], helper: { run: helper, strike }, next };
  });
}

/** Where the first run dies: it leaves its configuration behind, or a candidate that crashes. */
const FIRST = {
  repair: { when: 'before', operation: 'UpdateService', number: 2 },
  rollback: { when: 'before', operation: 'StopServiceDeployment', number: 1 },
} as const;

/** Ten moments of a deployment that takes at least 3.3 s, of which 0.3 s to load, the same in every run. */
function moments(): KillCase[] {
  const random = randomNumbers(4);
  return Array.from({ length: 10 }, (_, index) => ({
    environment: 'smoked',
    image: '2',
    strike: { afterMs: 300 + Math.round(random() * 2900) },
    next: index % 2 === 0 ? 'deploy' : 'repair',
  }));
}

const CASES: readonly KillCase[] = [
  // The slow ones first, so that they do not run alone at the end.
  ...around(['ContinueServiceDeployment', 2], { environment: 'watched', image: '2' }, ['repair', 'deploy']),
  ...GOOD.flatMap((call, index) =>
    around(call, { environment: 'smoked', image: '2' }, index % 2 === 0 ? ['repair', 'deploy'] : ['deploy', 'repair']),
  ),
  ...around(['ContinueServiceDeployment', 1], { environment: 'smoked', image: 'broken' }, ['repair', 'deploy']),
  ...around(['RunTask', 1], { environment: 'migrated', image: '2' }, ['deploy', 'deploy']),
  { environment: 'migrating', image: '2', strike: { when: 'after', operation: 'RunTask', number: 1 }, next: 'resume' },
  ...around(['StopTask', 1], { environment: 'stuck', image: '2' }, ['repair', 'repair']),
  ...moments(),
];

/** What was to help is killed too. */
const TWICE: readonly KillCase[] = [
  ...around(['UpdateService', 1], { environment: 'smoked', image: '2' }, ['repair', 'deploy'], 'repair'),
  ...around(['UntagResource', 1], { environment: 'smoked', image: '2' }, ['repair', 'deploy'], 'repair'),
  ...around(
    ['StopServiceDeployment', 1],
    { environment: 'smoked', image: 'crash' },
    ['rollback', 'repair'],
    'rollback',
  ),
];

/** A candidate that crashes: ECS would try for hours, so that somebody must come, and whoever comes must be able to end it. */
const CRASHING: readonly KillCase[] = [
  ...around(['StopServiceDeployment', 1], { environment: 'smoked', image: 'crash' }, ['resume', 'repair']),
  ...around(['StopServiceDeployment', 1], { environment: 'smoked', image: 'crash' }, ['rollback', 'deploy']),
];

function moment(strike: Strike): string {
  return 'afterMs' in strike
    ? `${strike.afterMs} ms after its start`
    : `${strike.when} ${strike.operation} ${strike.number}`;
}

function title({ environment, image, strike, helper, next }: KillCase): string {
  const helped = helper === undefined ? '' : `, ${helper.run} killed ${moment(helper.strike)}`;
  return `${environment}, image ${image}: killed ${moment(strike)}${helped}, next ${next}`;
}

/** The exit code of the run after it. */
function expectedCode({ image, next }: KillCase): number {
  // A candidate that still crashes is given up: that is a failed deployment, and all that can be done.
  return next === 'resume' && image === 'crash' ? 1 : 0;
}

function expectSurvival(aftermath: Aftermath, killCase: KillCase): void {
  expect(aftermath.killed).not.toContain(false);
  expect(aftermath.alone.unsound).toEqual([]);
  expect(aftermath.alone.reported).toBe(aftermath.alone.left.length > 0);
  expect(aftermath.next.code, aftermath.next.stderr).toBe(expectedCode(killCase));
  expect(aftermath.after).toEqual({ unsound: [], left: [], reported: false });
  expect(aftermath.orphans).toEqual([]);
  expect(aftermath.failedRequests).toEqual([]);
  expect(aftermath.bugs).toEqual([]);
}

describe.concurrent(
  'surefoot killed: the platform ends sound, and the next run takes away what was left',
  TIME_LIMIT,
  () => {
    test.each([...CASES, ...CRASHING, ...TWICE].map((killCase) => [title(killCase), killCase] as const))(
      '%s',
      async (_, killCase) => {
        expectSurvival(await gate(() => play(killCase)), killCase);
      },
    );
  },
);

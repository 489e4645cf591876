import { describe, expect, test } from 'vitest';
import { type Aftermath, type KillCase, play } from './kill.ts';
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

function around(
  [operation, number]: readonly [string, number],
  rest: Pick<KillCase, 'environment' | 'image'>,
  nexts: readonly [before: KillCase['next'], after: KillCase['next']],
): KillCase[] {
  return [
    { ...rest, strike: { when: 'before', operation, number }, next: nexts[0] },
    { ...rest, strike: { when: 'after', operation, number }, next: nexts[1] },
  ];
}

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
  ...moments(),
];

/** A candidate that crashes: ECS would try for hours, so that somebody must come, and whoever comes must be able to end it. */
const CRASHING: readonly KillCase[] = [
  ...around(['StopServiceDeployment', 1], { environment: 'smoked', image: 'crash' }, ['resume', 'repair']),
  ...around(['StopServiceDeployment', 1], { environment: 'smoked', image: 'crash' }, ['rollback', 'deploy']),
];

function title({ environment, image, strike, next }: KillCase): string {
  const where =
    'afterMs' in strike
      ? `${strike.afterMs} ms after its start`
      : `${strike.when} ${strike.operation} ${strike.number}`;
  return `${environment}, image ${image}: killed ${where}, then ${next}`;
}

/** The exit code of the run after it. */
function expectedCode({ next }: KillCase): number {
  // A candidate that still crashes is given up: that is a failed deployment, and all that can be done.
  return next === 'resume' ? 1 : 0;
}

function expectSurvival(aftermath: Aftermath, killCase: KillCase): void {
  expect(aftermath.killed).toBe(true);
  expect(aftermath.alone.unsound).toEqual([]);
  expect(aftermath.alone.reported).toBe(aftermath.alone.left.length > 0);
  expect(aftermath.next.code, aftermath.next.stderr).toBe(expectedCode(killCase));
  expect(aftermath.after).toEqual({ unsound: [], left: [], reported: false });
  expect(aftermath.failedRequests).toEqual([]);
  expect(aftermath.bugs).toEqual([]);
}

describe.concurrent(
  'surefoot killed: the platform ends sound, and the next run takes away what was left',
  TIME_LIMIT,
  () => {
    test.each([...CASES, ...CRASHING].map((killCase) => [title(killCase), killCase] as const))(
      '%s',
      async (_, killCase) => {
        expectSurvival(await gate(() => play(killCase)), killCase);
      },
    );
  },
);

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { type JudgeRequest, judge } from '../../../src/operations/judge/judge.ts';
import { readJudgement, writeJudgement } from '../../../src/operations/judge/saved-state.ts';

const OPTIONS = { alpha: 0.01, beta: 0.05, boundary: { margin: 0.25, tolerance: 0.001 }, weight: 0.1 };

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const line = (minute: number, errors = 0, rest = '') =>
  `{"at":"${at(minute)}","baseline":{"requests":900,"errors":1${rest}},"candidate":{"requests":100,"errors":${errors}${rest}}}`;

async function* batches(lines: readonly string[], size = 3) {
  for (let from = 0; from < lines.length; from += size) {
    yield lines.slice(from, from + size);
  }
}

const judgeLines = (lines: readonly string[], more: Partial<JudgeRequest> = {}) =>
  judge({ options: OPTIONS, from: undefined, lines: batches(lines), source: 'blocks', ...more });

const minutes = (count: number, errors = 0) => Array.from({ length: count }, (_, minute) => line(minute, errors));

async function problemsOf(lines: readonly string[], more: Partial<JudgeRequest> = {}) {
  const error = await judgeLines(lines, more).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).problems.map((problem) => `${problem.line} ${problem.message}`);
}

describe('judging a stream', () => {
  it('stops at the decision and reads nothing after it', async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield [line(read, 12)];
      }
    }
    const judged = await judgeLines([], { lines: endless() });
    expect(judged).toMatchObject({ verdict: 'fail', reason: { code: 'worse-than-baseline' } });
    expect(judged.decidedAfterBlocks).toBe(read);
  });

  it('is inconclusive at the end of too little, and of nothing', async () => {
    expect(await judgeLines(minutes(2))).toMatchObject({ verdict: 'inconclusive', decidedAfterBlocks: null });
    expect(await judgeLines([])).toMatchObject({ verdict: 'inconclusive', reason: { code: 'not-enough-evidence' } });
  });

  it('promotes what is within the boundary', async () => {
    expect(await judgeLines(minutes(200))).toMatchObject({ verdict: 'pass', reason: { code: 'within-boundary' } });
  });

  it('gives the same verdict to the last bit from a saved state and the blocks that remain', async () => {
    const blocks = minutes(200, 1);
    const whole = await judgeLines(blocks);
    for (let cut = 0; cut <= whole.saved.state.blocks; cut += 1) {
      const first = await judgeLines(blocks.slice(0, cut));
      const from = readJudgement(writeJudgement(first.saved), 'state.json', { options: OPTIONS, toEnd: false });
      const second = await judgeLines(blocks.slice(cut), { from });
      expect(second).toEqual(whole);
    }
  });

  it('tells each block while somebody follows', async () => {
    const told: string[] = [];
    await judgeLines(minutes(3), { follow: (block, saved) => void told.push(`${saved.state.blocks} ${block.at}`) });
    expect(told).toEqual([`1 ${at(0)}`, `2 ${at(1)}`, `3 ${at(2)}`]);
  });
});

describe('judging to the end, as a deployment in steps does', () => {
  /** Sound for so long that it is proven, and then not. */
  const turning = minutes(160).map((good, minute) => (minute < 130 ? good : line(minute, 20)));
  const toEnd = { toEnd: true };

  it('takes what speaks for a rollback after there was evidence for a promotion', async () => {
    const proven = await judgeLines(turning);
    expect(proven.verdict).toBe('pass');
    expect(proven.decidedAfterBlocks).toBeLessThan(130);
    const judged = await judgeLines(turning, toEnd);
    expect(judged).toMatchObject({ verdict: 'fail', reason: { code: 'worse-than-baseline' } });
    expect(judged.decidedAfterBlocks).toBeGreaterThan(130);
  });

  it('promotes at the end by the evidence that there was', async () => {
    const first = await judgeLines(turning.slice(0, 130));
    const judged = await judgeLines(turning.slice(0, 130), toEnd);
    expect(judged).toMatchObject({ verdict: 'pass', decidedAfterBlocks: first.decidedAfterBlocks });
    expect(judged.saved.state.blocks).toBe(130);
    expect(judged.reason.message).toContain(`by the evidence of the first ${first.decidedAfterBlocks} blocks`);
  });

  it('promotes nothing when the split breaks afterwards', async () => {
    const broken = line(130).replace('"requests":100', '"requests":900');
    const judged = await judgeLines([...turning.slice(0, 130), broken], toEnd);
    expect(judged).toMatchObject({ verdict: 'inconclusive', reason: { code: 'sample-ratio-mismatch' } });
    expect(judged.decidedAfterBlocks).toBeNull();
  });

  it('gives the same verdict to the last bit wherever it was cut', async () => {
    for (const blocks of [turning, turning.slice(0, 130)]) {
      const whole = await judgeLines(blocks, toEnd);
      for (let cut = 0; cut <= whole.saved.state.blocks; cut += 1) {
        const first = await judgeLines(blocks.slice(0, cut), toEnd);
        const from = readJudgement(writeJudgement(first.saved), 'state.json', { options: OPTIONS, toEnd: true });
        expect(await judgeLines(blocks.slice(cut), { ...toEnd, from })).toEqual(whole);
      }
    }
  });
});

describe('blocks that tell their weight', () => {
  const UNWEIGHTED = { ...OPTIONS, weight: undefined };
  const weighted = (minute: number, weight: unknown) =>
    line(minute, 0).replace(/}$/, `,"weight":${JSON.stringify(weight)}}`);
  /** A shift from a tenth to a half, of which only the first part is split so. */
  const steps = Array.from({ length: 20 }, (_, minute) => weighted(minute, minute < 10 ? 0.1 : 0.5));

  it('have the split of each step checked by its own share', async () => {
    const judged = await judgeLines(steps, { options: UNWEIGHTED });
    expect(judged.standing.sampleRatio).toMatchObject({ mismatch: true });
    const fair = await judgeLines(steps.slice(0, 10), { options: UNWEIGHTED });
    expect(fair.standing.sampleRatio).toMatchObject({ mismatch: false });
  });

  it('come to the same to the last bit from a saved state, cut within or between steps', async () => {
    const whole = await judgeLines(steps, { options: UNWEIGHTED });
    for (let cut = 1; cut < steps.length; cut += 1) {
      const first = await judgeLines(steps.slice(0, cut), { options: UNWEIGHTED });
      const from = readJudgement(writeJudgement(first.saved), 'state.json', { options: UNWEIGHTED, toEnd: false });
      expect(await judgeLines(steps.slice(cut), { options: UNWEIGHTED, from })).toEqual(whole);
      expect(await problemsOf([line(30)], { options: UNWEIGHTED, from })).toEqual([
        '1 "weight" is missing, and earlier blocks have it',
      ]);
    }
  });

  it.each([
    ['a share of all', [weighted(0, 1)], '1 "weight" is 1: write'],
    ['a text', [weighted(0, '0.1')], '1 "weight" is "0.1": write'],
    ['a weight all of a sudden', [line(0), weighted(1, 0.1)], '2 "weight" is here, and earlier blocks do not have it'],
    ['a weight that is missing', [weighted(0, 0.1), line(1)], '2 "weight" is missing'],
  ])('are refused for %s', async (_what, lines, message) => {
    expect((await problemsOf(lines, { options: UNWEIGHTED }))[0]).toContain(message);
  });

  it('are refused where --weight was given too', async () => {
    expect((await problemsOf([weighted(0, 0.1)]))[0]).toContain('given as --weight too');
  });
});

describe('lines that are no blocks', () => {
  it.each([
    ['not JSON', 'nothing', 'this is not JSON'],
    ['an array', '[1]', 'this is not an object'],
    ['a negative count', line(1).replace('900', '-900'), 'baseline.requests is -900'],
    ['a fraction', line(1).replace('900', '900.5'), 'baseline.requests is 900.5'],
    ['a text', line(1).replace('900', '"900"'), 'baseline.requests is "900"'],
    ['more errors than requests', line(1, 101), 'candidate.errors is 101, more than the 100 requests'],
    ['a time without a zone', line(1).replace('.000Z', ''), '"at" is not a time'],
    ['a day that is not', line(1).replace('01-01', '02-45'), '"at" is not a time'],
    ['the same time twice', line(0), '"at" is not after the block before'],
    ['an unknown key', line(1, 0, ',"odd":1'), 'baseline.odd is not known here'],
    ['slow all of a sudden', line(1, 0, ',"slow":1'), 'baseline.slow is here, and earlier blocks do not have it'],
    ['one arm', `{"at":"${at(1)}","baseline":{"requests":1,"errors":0}}`, '"candidate" is missing'],
  ])('%s', async (_what, bad, message) => {
    const problems = await problemsOf([line(0), '', bad]);
    expect(problems.join()).toMatch(/^3 /);
    expect(problems.join()).toContain(message);
  });

  it('are all told at once, by number, and nothing is judged', async () => {
    const problems = await problemsOf([...minutes(2, 12), 'x', ...minutes(50, 12).slice(2), 'y']);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['3', '52']);
  });

  it('end it at once while somebody follows, who has been told of the blocks before', async () => {
    const told: number[] = [];
    const lines = [line(0), 'x', line(1), 'y'];
    const follow: JudgeRequest['follow'] = (_block, { state }) => void told.push(state.blocks);
    await expect(judgeLines(lines, { follow })).rejects.toThrow(/the blocks before it are judged/);
    expect(told).toEqual([1]);
    expect(await problemsOf(lines, { follow })).toHaveLength(1);
  });
});

describe('a saved state', () => {
  it('is refused under other options, naming them', async () => {
    const text = writeJudgement((await judgeLines(minutes(2))).saved);
    const other = { ...OPTIONS, alpha: 0.05 };
    expect(() => readJudgement(text, 's.json', { options: other, toEnd: false })).toThrow(
      /--alpha 0.05 instead of 0.01/,
    );
    expect(() => readJudgement(text, 's.json', { options: OPTIONS, toEnd: true })).toThrow(
      /--to-end given instead of not given/,
    );
  });

  it.each(['', '{', '{}', '[]', '{"version":"surefoot/judge-state/v1"}'])('is refused when it is %j', (text) => {
    expect(() => readJudgement(text, 's.json', { options: OPTIONS, toEnd: false })).toThrow(
      /s\.json is not a saved judgement/,
    );
  });
});

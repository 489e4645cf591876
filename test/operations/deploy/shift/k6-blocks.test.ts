import { describe, expect, it } from 'vitest';
import { journalProblem, K6Blocks } from '../../../../src/operations/deploy/shift/k6-blocks.ts';
import type { Ports } from '../../../../src/operations/ports.ts';

/** What a source needs of the world: the time, and somebody to warn. */
function soon(second = 0, warnings: string[] = []): Pick<Ports, 'clock' | 'reporter'> {
  const none = () => undefined;
  return {
    clock: { now: () => new Date(second * 1000), sleep: async () => undefined },
    reporter: { stage: none, info: none, progress: none, warn: (text) => warnings.push(text) },
  };
}
const HEAD = '{"journal":"surefoot/load-journal/v1","slowerThanSeconds":[3,8]}';
const counts = (requests: number, errors = 0, slow: readonly number[] = [0, 0]) => ({ requests, errors, slow });
const line = (second: number, revisions: object, unnamed = counts(0)) =>
  JSON.stringify({ at: new Date(second * 1000).toISOString(), revisions, unnamed });

/** Each call of `more` gives the next part. */
function source(parts: readonly (readonly string[])[], periodSeconds = 1, slowerThanSeconds?: number) {
  const left = [...parts];
  const lines = { name: 'load.ndjson', all: async () => parts.flat(), more: async () => left.shift() ?? [] };
  return new K6Blocks(lines, { baseline: 'web:1', candidate: 'web:2', periodSeconds, slowerThanSeconds });
}

describe('blocks from the stream of a load', () => {
  it('are of the two revisions by name, and of no other', async () => {
    const blocks = source([[HEAD, line(10, { 'web:1': counts(9, 1), 'web:2': counts(1), 'web:0': counts(50, 50) })]]);
    expect(await blocks.read({ start: 10, end: 11 }, soon())).toEqual({
      blocks: [
        {
          second: 10,
          block: { baseline: { requests: 9, errors: 1 }, candidate: { requests: 1, errors: 0 } },
          unnamedErrors: 0,
        },
      ],
      until: 11,
    });
  });

  it('charge what failed without a name to the candidate, and good answers without one to nobody', async () => {
    const blocks = source([[HEAD, line(10, { 'web:1': counts(9) }, counts(5, 2))]]);
    const { blocks: found } = await blocks.read({ start: 10, end: 11 }, soon());
    expect(found[0]?.block).toEqual({ baseline: { requests: 9, errors: 0 }, candidate: { requests: 2, errors: 2 } });
    expect(found[0]?.unnamedErrors).toBe(2);
  });

  it('count slow requests by the threshold that is judged', async () => {
    const second = line(10, { 'web:1': counts(9, 0, [5, 1]), 'web:2': counts(4, 0, [3, 2]) });
    const { blocks } = await source([[HEAD, second]], 1, 8).read({ start: 10, end: 11 }, soon());
    expect(blocks[0]?.block).toMatchObject({ baseline: { slow: 1 }, candidate: { slow: 2 } });
  });

  it('reach as far as the journal does, and go on from there', async () => {
    const named = { 'web:1': counts(9), 'web:2': counts(1) };
    const blocks = source([[HEAD, line(10, named), line(11, named)], [line(12, named)], []]);
    const first = await blocks.read({ start: 10, end: 20 }, soon());
    expect([first.blocks.length, first.until]).toEqual([2, 12]);
    const second = await blocks.read({ start: 12, end: 20 }, soon());
    expect([second.blocks.map((block) => block.second), second.until]).toEqual([[12], 13]);
    const third = await blocks.read({ start: 13, end: 20 }, soon());
    expect([third.blocks.length, third.until]).toEqual([0, 13]);
  });

  it('are missed once the load has ended, and that is said once', async () => {
    const blocks = source([[HEAD, line(10, { 'web:1': counts(9) })]]);
    const warnings: string[] = [];
    await blocks.read({ start: 10, end: 11 }, soon(40, warnings));
    expect(warnings).toEqual([]);
    await blocks.read({ start: 11, end: 60 }, soon(60, warnings));
    await blocks.read({ start: 11, end: 60 }, soon(70, warnings));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('load.ndjson has not grown for 49 s');
  });

  it('are of whole periods', async () => {
    const seconds = Array.from({ length: 17 }, (_, index) =>
      line(3 + index, { 'web:1': counts(9), 'web:2': counts(1) }),
    );
    const { blocks, until } = await source([[HEAD, ...seconds]], 5).read({ start: 0, end: 40 }, soon());
    // The journal has seconds 3 to 19: not all of the first period.
    expect(blocks.map(({ second, block }) => [second, block.baseline.requests])).toEqual([
      [5, 45],
      [10, 45],
      [15, 45],
    ]);
    expect(until).toBe(20);
  });
});

describe('a journal that a deployment cannot be judged by', () => {
  const needs = { baseline: 'web:1', slowerThanSeconds: 8, now: 20_000 };
  const good = [HEAD, line(18, { 'web:1': counts(9) })];

  it('is told from one that it can', () => {
    expect(journalProblem(good, needs)).toBeUndefined();
  });

  it.each([
    ['is none', ['{}', ...good.slice(1)], {}, /no journal of a load/],
    ['is empty', [], {}, /no journal of a load/],
    ['does not count the threshold', good, { slowerThanSeconds: 5 }, /slower than 5 s.*it counts: 3, 8/],
    ['has only its head', [HEAD], {}, /nothing of the last 30 s/],
    ['is old', good, { now: 90_000 }, /nothing of the last 30 s/],
    ['names no revision', [HEAD, line(18, {}, counts(9))], {}, /x-surefoot-revision, as web:1/],
  ])('because it %s', (_what, lines, other, message) => {
    expect(journalProblem(lines, { ...needs, ...other })).toMatch(message);
  });
});

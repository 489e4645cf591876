import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadBlock, readBlock } from '../../../src/operations/judge/block-line.ts';
import { readCanonicalLine } from '../../../src/operations/judge/canonical-line.ts';

const BEFORE = { at: undefined, metrics: undefined, weighted: undefined };

const arm = fc
  .record({ requests: fc.nat(5000), errors: fc.nat(60), slow: fc.option(fc.nat(60), { nil: undefined }) })
  .map(({ requests, errors, slow }) => (slow === undefined ? { requests, errors } : { requests, errors, slow }));
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const line = fc.record({ at: time, baseline: arm, candidate: arm }).map((block) => JSON.stringify(block));

/** Blocks as JSON sees them: what both readers must agree on. */
function careful(text: string) {
  try {
    // A space before the brace is the same JSON, and not canonical.
    return readBlock(` ${text}`, BEFORE).block;
  } catch (error) {
    expect(error).toBeInstanceOf(BadBlock);
    return undefined;
  }
}

function quick(text: string) {
  try {
    return readBlock(text, BEFORE).block;
  } catch (error) {
    expect(error).toBeInstanceOf(BadBlock);
    return undefined;
  }
}

describe('the quick reader', () => {
  it('reads what the documentation shows', () => {
    const text =
      '{"at":"2026-11-21T07:00:00Z","baseline":{"requests":900,"errors":1},"candidate":{"requests":100,"errors":0}}';
    expect(readCanonicalLine(text)?.block.baseline).toEqual({ requests: 900, errors: 1 });
  });

  it('agrees with the careful one on every line', () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(quick(text)).toEqual(careful(text));
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with the careful one on lines with one character changed, added or lost', () => {
    const edit = fc.record({
      at: fc.nat(130),
      lost: fc.nat(2),
      put: fc.constantFrom('', '0', '-', '.', '"', '}', 'x', '1', ' ', 'T'),
    });
    fc.assert(
      fc.property(line, edit, (text, { at, lost, put }) => {
        const edited = text.slice(0, at) + put + text.slice(at + lost);
        expect(quick(edited)).toEqual(careful(edited));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T25:00:00Z',
    '-00001-01-01T00:00Z',
  ])('takes %s as the careful one does', (at) => {
    const text = `{"at":"${at}","baseline":{"requests":1,"errors":0},"candidate":{"requests":1,"errors":0}}`;
    expect(quick(text)).toEqual(careful(text));
  });
});

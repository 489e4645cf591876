import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMemory,
  encodeMemory,
  type Memory,
  memoryOn,
  PAUSE_TAG,
} from '../../../src/operations/manage/pausing/memory.ts';

const count = fc.integer({ min: 0, max: 1_000_000_000 });
const memories: fc.Arbitrary<Memory> = fc.record({
  phase: fc.constantFrom<Memory['phase']>('begun', 'held'),
  desired: count,
  scaling: fc.option(
    fc.record({
      minimum: count,
      maximum: count,
      suspended: fc.record({ scaleIn: fc.boolean(), scaleOut: fc.boolean(), scheduled: fc.boolean() }),
    }),
    { nil: undefined },
  ),
  since: fc
    .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
});

describe('the memory of a pause', () => {
  it('comes back as it was from a value that AWS takes in a tag', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        const value = encodeMemory(memory);
        // "256 Unicode characters … letters, numbers, spaces representable in UTF-8, and + - = . _ : / @"
        expect(value).toMatch(/^[A-Za-z0-9 +\-=._:/@]{1,256}$/);
        expect(decodeMemory(value)).toEqual(memory);
      }),
    );
  });

  it.each([
    '',
    'v2 held since=2026-11-21T00:00:00Z desired=2',
    'v1 held since=2026-99-21T00:00:00Z desired=2',
    'v1 held desired=2',
    'v1 held since=2026-11-21T00:00:00Z desired=2 bounds=1:5',
    'v1 held since=2026-11-21T00:00:00Z desired=2 bounds=1:5 suspended=- more',
  ])('is not guessed from %j', (value) => {
    expect(decodeMemory(value)).toBeUndefined();
    expect(memoryOn({ tags: [{ key: PAUSE_TAG, value }] })).toBe('unreadable');
  });

  it('is told from no memory', () => {
    expect(
      memoryOn({ tags: [{ key: 'team', value: 'v1 held since=2026-11-21T00:00:00Z desired=2' }] }),
    ).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { returnsTo } from '../../../../src/operations/deploy/way-back/rollback.ts';

describe('returnsTo', () => {
  // Newest first, as ECS lists them.
  const cases: [string, string[], string, string | undefined][] = [
    ['the revision before', ['3', '2', '1'], '3', '2'],
    ['over a restart of the same', ['2', '2', '1'], '2', '1'],
    ['two back after one rollback, not forth', ['2', '3', '2', '1'], '2', '1'],
    ['what a new one was deployed over, after a rollback', ['4', '2', '3', '2', '1'], '4', '2'],
    ['nothing from the first', ['1', '2', '1'], '1', undefined],
    ['nothing where nothing is known', [], '1', undefined],
    ['the newest success, where the live one is not among them', ['2', '1'], '3', '2'],
  ];
  it.each(cases)('goes to %s', (_name, history, current, expected) => {
    expect(returnsTo(history, current)).toBe(expected);
  });
});

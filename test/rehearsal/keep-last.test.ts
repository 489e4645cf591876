import { expect, it } from 'vitest';
import { keepLast, moveToEnd } from '../../src/rehearsal/keep-last.ts';

const numbers = () => new Map([1, 2, 3, 4, 5, 6].map((each) => [`n${each}`, each]));

it('deletes the first entries that may go, and counts only these', () => {
  const entries = numbers();
  keepLast(entries, 2, (value) => value % 2 === 0);
  expect([...entries.values()]).toEqual([1, 3, 4, 5, 6]);
});

it('leaves a map alone that holds no more than are to be kept', () => {
  const entries = numbers();
  keepLast(entries, 6, () => true);
  expect(entries).toEqual(numbers());
});

it('an entry that was moved to the end goes last', () => {
  const entries = numbers();
  moveToEnd(entries, 'n1', 7);
  keepLast(entries, 2, () => true);
  expect([...entries]).toEqual([
    ['n6', 6],
    ['n1', 7],
  ]);
});

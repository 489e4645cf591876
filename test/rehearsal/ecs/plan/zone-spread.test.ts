import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tasksToStop, zonesForNewTasks } from '../../../../src/rehearsal/ecs/plan/zone-spread.ts';

const ZONES = ['a', 'b', 'c'];

describe('zonesForNewTasks', () => {
  test.each([
    [3, {}, ['a', 'b', 'c']],
    [4, {}, ['a', 'b', 'c', 'a']],
    [2, { a: 2, b: 0, c: 1 }, ['b', 'b']],
    [1, { a: 1, b: 1, c: 1 }, ['a']],
    [0, {}, []],
  ])('%i new tasks over %o go to %o', (count, present, expected) => {
    expect(zonesForNewTasks(count, ZONES, new Map(Object.entries(present)))).toEqual(expected);
  });

  test('no zones, no tasks', () => {
    expect(zonesForNewTasks(2, [], new Map())).toEqual([]);
  });

  test('from any start, enough new tasks make the zones differ by at most one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }), fc.nat(20), (present, extra) => {
        const zones = present.map((_, index) => `zone-${index}`);
        const load = new Map(present.map((count, index) => [`zone-${index}`, count]));
        const needed = present.reduce((sum, count) => sum + Math.max(...present) - count, 0);
        for (const zone of zonesForNewTasks(needed + extra, zones, load)) {
          load.set(zone, (load.get(zone) ?? 0) + 1);
        }
        const counts = [...load.values()];
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('tasksToStop', () => {
  const task = (id: string, zone: string, healthy = true) => ({ id, zone, healthy });

  test('takes from the fullest zone, the newest of it', () => {
    expect(tasksToStop(1, [task('1', 'a'), task('2', 'b'), task('3', 'a')])).toEqual(['3']);
  });

  test('takes what is not healthy before anything else', () => {
    expect(tasksToStop(2, [task('1', 'a'), task('2', 'b', false), task('3', 'a'), task('4', 'a')])).toEqual(['2', '4']);
  });

  test('never takes more than there are', () => {
    expect(tasksToStop(5, [task('1', 'a')])).toEqual(['1']);
  });

  test('keeps balanced zones balanced', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), (size, count) => {
        const tasks = Array.from({ length: size }, (_, index) => task(String(index), ZONES[index % 3] ?? 'a'));
        const stopped = new Set(tasksToStop(count, tasks));
        const left = ZONES.map((zone) => tasks.filter((each) => each.zone === zone && !stopped.has(each.id)).length);
        expect(stopped.size).toBe(Math.min(size, count));
        expect(Math.max(...left) - Math.min(...left)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** A region that is not ready is refused with all that is against it at once, and nothing is changed; and what an override can and cannot do. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { tellLag } from './databases.ts';
import { type Lab, startLab } from './lab.ts';
import type { Wishes } from './sides.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(
  `a region that is not ready${'skipped' in found ? ` (${found.skipped})` : ''}`,
  () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await startLab('python' in found ? found.python : '');
    });

    afterAll(() => lab?.stop());

    it.each<[string, Wishes, string, RegExp]>([
      [
        'a missing image',
        { standbyImage: 'missing' },
        'image-missing',
        /is not in ECR of us-east-2.*no override helps/,
      ],
      [
        'an image of the region that is lost',
        { standbyImage: 'of the primary' },
        'image-in-other-region',
        /takes .*dkr\.ecr\.us-west-2/,
      ],
      ['a missing secret', { secret: 'missing' }, 'secret-missing', /not there, or being deleted/],
      [
        'a secret of the region that is lost',
        { secret: 'of the primary' },
        'secret-in-other-region',
        /is in us-west-2/,
      ],
      ['too little room', { maximum: 1 }, 'capacity-bounded', /room for [24] tasks/],
      ['a replica that is behind', { lagSeconds: 31 }, 'replication-lag', /31 s behind.*at most 30 s/],
      ['no replica', { replica: false }, 'replica-missing', /there is none/],
      ['one record for all', { policy: 'simple' }, 'records-unclear', /one must lead to dr/],
    ])('refuses %s, in a disaster and in a drill', async (_, wishes, code, message) => {
      const world = await lab.world(wishes);
      const before = await world.records();
      for (const choices of [{ database: 'promote' as const }, { drill: true }]) {
        const { planned, evidence, changes, journal } = await lab.run(world, choices);
        expect([evidence, changes, journal]).toEqual([undefined, [], '']);
        const refusal = planned.refusals.find((one) => one.code === code);
        expect(refusal?.message).toMatch(message);
      }
      expect(await world.records()).toEqual(before);
    });

    it('tells all reasons at once, the fatal first', async () => {
      const world = await lab.world({
        standbyImage: 'missing',
        secret: 'missing',
        maximum: 1,
        lagSeconds: 600,
        policy: 'simple',
      });
      const { planned, changes } = await lab.run(world, { database: 'promote', weights: [10, 100] });
      expect(planned.refusals.map(({ code }) => code)).toEqual([
        'image-missing',
        'secret-missing',
        'records-unclear',
        'capacity-bounded',
        'replication-lag',
        'two-writers',
      ]);
      expect(planned.notes.filter((note) => note.startsWith('NOT READY'))).toHaveLength(5);
      expect(changes).toEqual([]);
    });

    it('takes what is not fatal when somebody says why, and keeps that', async () => {
      const world = await lab.world({ maximum: 1, lagSeconds: 600 });
      const { evidence } = await lab.run(world, { database: 'promote', override: 'us-west-2 burns' });
      expect(evidence?.verdict).toBe('pass');
      const rpo = evidence?.measurements.find(({ indicator }) => indicator === 'rpo')?.value;
      expect(rpo).toBeGreaterThanOrEqual(600);
      const lag = evidence?.checks.find(({ name }) => name === 'ready: lag of moved-dr');
      expect(lag?.verdict).toBe('fail');
    });

    it('is not talked into a missing image, nor a drill into anything', async () => {
      const missing = await lab.world({ standbyImage: 'missing', lagSeconds: 600 });
      const forced = await lab.run(missing, { database: 'promote', override: 'us-west-2 burns' });
      expect(forced.planned.refusals.map(({ code }) => code)).toEqual(['image-missing']);
      const drilled = await lab.run(missing, { drill: true, override: 'it is only a drill' });
      expect(drilled.planned.refusals.map(({ code }) => code)).toEqual([
        'image-missing',
        'replication-lag',
        'override-in-a-drill',
      ]);
    });

    it('wants to be told what becomes of the database', async () => {
      const { planned } = await lab.run(await lab.world(), {});
      expect(planned.refusals.map(({ code }) => code)).toEqual(['database-undecided']);
    });

    it('sees another image than the one that runs, when it may ask', async () => {
      const world = await lab.world({ standbyImage: 'other' });
      const { planned } = await lab.run(world, { planned: true, database: 'leave' });
      expect(planned.refusals.map(({ code }) => code)).toEqual(['revision-differs']);
      // In a disaster nobody knows, unless it was written down.
      expect((await lab.run(world, { database: 'leave' })).planned.refusals).toEqual([]);
    });

    it('refuses when it stops being ready between plan and approval', async () => {
      const world = await lab.world();
      const meanwhile = () => tellLag(world.standby, 'moved-dr', 900);
      await expect(lab.run(world, { database: 'promote', meanwhile })).rejects.toThrow(
        /900 s behind.*this run changed nothing/,
      );
    });
  },
);

/** Users moved by routing controls of ARC instead of records: there and back, cut off anywhere, and with endpoints that are lost. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { PRIMARY, STANDBY, startRoute53 } from '../../../rehearsal/route53/wire.ts';
import { type Choices, cutsOf, type Lab, startLab } from './lab.ts';
import type { World } from './sides.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');
/** One that is lost with its region. */
const LOST = { url: 'http://127.0.0.1:1', region: 'us-west-2' };

describe.skipIf('skipped' in found)(
  `moves by routing controls${'skipped' in found ? ` (${found.skipped})` : ''}`,
  () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await startLab('python' in found ? found.python : '');
    });
    afterAll(() => lab?.stop());

    /** DNS gives the region whose control is on. */
    async function cluster(world: World) {
      const { arc, endpoint } = await startRoute53();
      const endpoints = [LOST, { url: endpoint, region: 'us-east-1' }];
      const states = () => Promise.all([arc.state(endpoints, PRIMARY), arc.state(endpoints, STANDBY)]);
      const answers = async () => [(await states())[1] === 'On' ? world.standby.dnsName : world.primary.dnsName];
      const choices: Choices = {
        ...{ database: 'leave', answers },
        routingControls: { endpoints, primary: PRIMARY, standby: STANDBY },
      };
      return { choices, states };
    }

    it('switches both at whichever endpoint answers, and back; records are left alone', async () => {
      const world = await lab.world();
      const { choices, states } = await cluster(world);
      const before = await world.records();
      const there = await lab.run(world, choices);
      expect(there.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
      expect(there.askedOfSource).toEqual([]);
      expect(there.changes.at(-1)).toBe('us-east-2 setStates');
      expect(await states()).toEqual(['Off', 'On']);
      const users = there.evidence?.checks.find(({ name }) => name === 'users');
      expect(users?.observed).toBe('routing controls dr On, prod Off');
      const back = await lab.run(world, { ...choices, direction: 'failback' });
      expect(back.evidence?.verdict).toBe('pass');
      expect(await states()).toEqual(['On', 'Off']);
      expect(await world.records()).toEqual(before);
    });

    it.each(cutsOf(4))('goes on after it was cut off $when change $call', async (cut) => {
      const world = await lab.world();
      const { choices, states } = await cluster(world);
      const first = await lab.run(world, { ...choices, cut });
      expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
      const second = await lab.run(world, { ...choices, folder: first.folder });
      expect(second.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
      expect(second.changes.includes('us-east-2 setStates')).toBe(cut.call < 4 || cut.when === 'before');
      expect(await states()).toEqual(['Off', 'On']);
    });

    it('changes nothing where no endpoint answers', async () => {
      const world = await lab.world();
      const { choices } = await cluster(world);
      const routingControls = { endpoints: [LOST, LOST], primary: PRIMARY, standby: STANDBY };
      await expect(lab.run(world, { ...choices, routingControls })).rejects.toMatchObject({ code: 'aws-unreachable' });
      expect((await lab.run(world, choices)).changes[0]).toBe('us-east-2 tag');
    });

    it('refuses shares: a control is on or off', async () => {
      const world = await lab.world();
      const { choices } = await cluster(world);
      const { planned } = await lab.run(world, { ...choices, weights: [10, 100] });
      expect(planned.refusals.map(({ code }) => code)).toEqual(['not-gradual']);
    });
  },
);

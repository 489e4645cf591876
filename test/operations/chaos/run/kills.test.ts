/** A run that is killed before or after anything that it asks AWS to change: nothing lasts. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANGES, changeOf, DARK_ZONE, untilNothingIsLeft } from './dark-zone.ts';
import { type Lab, type Sample, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

beforeEach(() => lab.untilWhole());

afterEach(() => lab.proxy.clear());

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

it('asks for these changes, in this order, and takes everything away itself', async () => {
  const { code, stderr } = await lab.run(DARK_ZONE);
  expect([0, 1], stderr).toContain(code);
  expect(lab.proxy.calls.flatMap((call) => changeOf(call) ?? [])).toEqual(CHANGES);
  expect(await lab.gateways.fis.listTemplates()).toEqual([]);
  expect(await lab.gateways.scheduler.names('')).toEqual([]);
});

describe.each(CHANGES.map((what, index) => [index + 1, what] as const))('change %i, %s', (number) => {
  it.each(['before', 'after'] as const)(
    'killed %s it: nothing is left when its longest time has passed',
    async (when) => {
      const process = await lab.begin(DARK_ZONE);
      let count = 0;
      lab.proxy.strike = (call) => {
        count += changeOf(call) === undefined ? 0 : 1;
        const kill = () => process.child.kill('SIGKILL');
        const isIt = count === number && changeOf(call) !== undefined;
        return isIt ? (when === 'before' ? { before: kill } : { after: kill }) : undefined;
      };
      const { stderr } = await process.ended;
      expect(process.child.signalCode, stderr).toBe('SIGKILL');
      await untilNothingIsLeft(lab);
    },
  );
});

/** A zone dark for longer than its budget of downtime lasts, so that the run asks for the experiment's end. */
const TOO_LONG: Sample = {
  ...DARK_ZONE,
  actions: DARK_ZONE.actions?.replace('PT1M', 'PT10M') ?? '',
  guards: DARK_ZONE.guards?.replace('1m', '10m') ?? '',
};

it.each(['before', 'after'] as const)(
  'killed %s it has asked for the end of the experiment: nothing is left when its longest time has passed',
  async (when) => {
    const process = await lab.begin(TOO_LONG, '--downtime-budget', '1s');
    lab.proxy.strike = (call) => {
      const kill = () => process.child.kill('SIGKILL');
      const isIt = changeOf(call) === 'DELETE experiments';
      return isIt ? (when === 'before' ? { before: kill } : { after: kill }) : undefined;
    };
    const { stderr } = await process.ended;
    expect(process.child.signalCode, stderr).toBe('SIGKILL');
    await untilNothingIsLeft(lab);
  },
);

/** Failing back with a command that stops writes: what it does in which order, what it undoes when that fails, and cut off anywhere. */
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WriteHold } from '../../../../src/operations/recover/region/request.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { replicateBack, tellLag } from './databases.ts';
import { type Choices, cutsOf, type Lab, startLab } from './lab.ts';
import type { World } from './sides.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const found = await pythonOrReason('moto');
/** What a way back of this world changes. */
const CHANGES = [
  'hold',
  'us-west-2 promote',
  'us-west-2 upsert',
  'us-east-2 register',
  'us-east-2 updateService',
  'us-east-2 untag',
];
const BACK = { direction: 'failback', database: 'promote' } as const;

describe.skipIf('skipped' in found)(`region-failback${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  /** Whether the old database takes writes. */
  let held: boolean;
  let asked: string[];

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
  });
  beforeEach(() => {
    held = false;
    asked = [];
  });
  afterAll(() => lab?.stop());

  /** Caught up at the second question. */
  const holding =
    (answers: Partial<Record<'hold' | 'caught-up' | 'release', number>> = {}): WriteHold =>
    async (step) => {
      asked.push(step);
      if (step !== 'caught-up') {
        held = step === 'hold';
      }
      return answers[step] ?? (step === 'caught-up' && asked.filter((one) => one === step).length % 2 === 1 ? 1 : 0);
    };

  /** Users are in the standby region, and a replica of its database is in the first one. */
  async function failedOver(): Promise<World> {
    const world = await lab.world();
    await lab.run(world, { database: 'promote' });
    await replicateBack(world);
    return world;
  }

  const back = (world: World, choices: Choices = {}) => lab.run(world, { ...BACK, holdWrites: holding(), ...choices });

  async function stateOf(world: World) {
    const { DBInstances: [database] = [] } = await world.primary.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'moved-back' }),
    );
    const weights = (await world.records()).map(({ SetIdentifier, Weight }) => [SetIdentifier, Weight]);
    const source = database?.ReadReplicaSourceDBInstanceIdentifier;
    return { weights: Object.fromEntries(weights), isReplica: source !== undefined && source !== '', held };
  }

  it('stops writes, promotes, and only then moves users', async () => {
    const world = await failedOver();
    const { evidence, changes } = await back(world);
    expect(evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(changes).toEqual(CHANGES);
    expect(asked).toEqual(['hold', 'caught-up', 'caught-up']);
    const measured = Object.fromEntries(evidence?.measurements.map(({ indicator, value }) => [indicator, value]) ?? []);
    expect(measured).toMatchObject({ rpo: 0, 'write pause': expect.any(Number) });
    expect(await stateOf(world)).toEqual({ weights: { west: 100, east: 0 }, isReplica: false, held: true });
  });

  it('takes ReplicaLag where the command cannot tell', async () => {
    const world = await failedOver();
    const { evidence } = await back(world, { holdWrites: holding({ 'caught-up': 3 }) });
    const step = evidence?.events.find(({ label, detail }) => label.startsWith('stop writes') && detail !== undefined);
    expect(step?.detail).toMatch(/all that was written until .* is there/);
  });

  it.each<[string, Parameters<typeof holding>[0], string]>([
    ['the command fails', { hold: 7 }, 'writes-not-held'],
    ['the replica never has all', { 'caught-up': 1 }, 'not-caught-up'],
  ])('lets writes in again when %s, and promotes nothing', async (_, answers, code) => {
    const world = await failedOver();
    const { evidence, changes } = await back(world, { holdWrites: holding(answers) });
    expect(evidence?.reasons[0]).toMatchObject({ code, message: expect.stringContaining('Writes were let in again') });
    expect(changes).toEqual(['hold', 'release']);
    expect(await stateOf(world)).toEqual({ weights: { west: 0, east: 100 }, isReplica: true, held: false });
  });

  it('says so when writes cannot be let in again', async () => {
    const world = await failedOver();
    const { evidence } = await back(world, { holdWrites: holding({ 'caught-up': 1, release: 1 }) });
    expect(evidence?.reasons[0]?.message).toMatch(/WRITES MAY STILL BE STOPPED.*SUREFOOT_STEP=release/);
  });

  it('holds no writes for a replica that is far behind', async () => {
    const world = await failedOver();
    await tellLag(world.primary, 'moved-back', 31);
    const { planned, changes } = await back(world);
    expect([planned.refusals.map(({ code }) => code), changes]).toEqual([['replication-lag'], []]);
  });

  async function goesOn(world: World, cut: NonNullable<Choices['cut']>): Promise<void> {
    const first = await back(world, { cut });
    expect([first.evidence?.verdict, first.evidence?.reasons[0]?.code]).toEqual(['inconclusive', 'cancelled']);
    // Writes are stopped only where a promotion was asked for.
    expect(held).toBe(first.changes.includes('us-west-2 promote'));
    const second = await back(world, { folder: first.folder });
    expect(second.evidence?.reasons).toEqual([expect.objectContaining({ code: 'recovered' })]);
    expect(second.journal.split('\n').filter((line) => line.includes('"begin"'))).toHaveLength(1);
    expect(await stateOf(world)).toEqual({ weights: { west: 100, east: 0 }, isReplica: false, held: true });
  }

  it.each(cutsOf(CHANGES.length))('goes on after it was cut off $when change $call', async (cut) => {
    await goesOn(await failedOver(), cut);
  });

  it('goes on after it was cut off at any moment of its waits', async () => {
    const { calls } = await back(await failedOver());
    for (let call = Math.ceil(calls / 3); call < calls; call += 7) {
      held = false;
      asked = [];
      await goesOn(await failedOver(), { call, when: 'before', of: 'calls' });
    }
  });
});

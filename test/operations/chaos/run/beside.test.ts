/** What goes on beside a run: another one that begins at the same time, and a clock that is not FIS's. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Evidence } from '../../../../src/report/evidence.ts';
import type { Call, Fate } from '../plan/rest-proxy.ts';
import { type Lab, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ALLOWED = '--allow-irreversible';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

beforeEach(() => lab.untilWhole());

afterEach(async () => {
  lab.proxy.clear();
  expect(await lab.active()).toEqual([]);
  expect((await lab.gateways.fis.listTemplates()).map(({ tags }) => tags)).toEqual([]);
  expect(lab.generators()).toEqual([]);
});

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

/** Holds the calls that `is` picks until there are two of them. */
function meeting(is: (call: Call) => boolean): (call: Call) => Fate | undefined {
  let met = () => {};
  let count = 0;
  const hold = new Promise<void>((resolve) => {
    met = resolve;
  });
  return (call) => {
    if (!is(call)) {
      return undefined;
    }
    count += 1;
    if (count === 2) {
      met();
    }
    return { hold };
  };
}

const claims = ({ method, path, body }: Call) =>
  method === 'POST' && path === '/experimentTemplates' && body.includes('"surefoot:run"');
const starts = ({ method, path, body }: Call) =>
  method === 'POST' && path === '/experiments' && body.includes('run-all');
const listsTemplates = ({ method, path }: Call) => method === 'GET' && path === '/experimentTemplates';

describe('two runs at the same time', () => {
  /** The records of both, the one that was told of the other last. */
  async function both(sample: Parameters<Lab['begin']>[0]): Promise<readonly [first: Evidence, told: Evidence]> {
    const runs = await Promise.all([lab.begin(sample, ALLOWED), lab.begin(sample, ALLOWED)]);
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    const records = await Promise.all(ends.map(({ stdout }) => lab.recordOf(stdout)));
    const isTold = ({ reasons }: Evidence) => reasons[0]?.code === 'already-running';
    const [first, told] = [records.find((one) => !isTold(one)), records.find(isTold)];
    if (first === undefined || told === undefined) {
      throw new Error(ends.map(({ stderr }) => stderr).join('\n'));
    }
    return [first, told];
  }

  it('that have both seen nothing else: one injects, the other nothing, and says why', async () => {
    lab.proxy.strike = meeting(claims);
    const [first, told] = await both({});
    expect(first.verdict).toBe('pass');
    expect([told.verdict, told.reasons[0]?.message]).toEqual([
      'inconclusive',
      expect.stringMatching(
        /^nothing was injected: (?:another run of surefoot is about to start sample in dev|other experiments in the account)/,
      ),
    ]);
    expect(lab.proxy.calls.filter(starts)).toHaveLength(1);
  });

  it('that do not see each other’s claims, as lists lag behind: the later one ends before its fault', async () => {
    const meet = meeting(starts);
    const unseen = { change: () => JSON.stringify({ experimentTemplates: [] }) };
    lab.proxy.strike = (call) => (listsTemplates(call) ? unseen : meet(call));
    // Five minutes are five seconds here.
    const pause = 'pause: { actionId: aws:fis:wait, parameters: { duration: PT5M } }';
    const kill = 'kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main }, startAfter: [pause] }';
    const [first, told] = await both({ actions: `{ ${pause}, ${kill} }` });
    expect(lab.proxy.calls.filter(starts)).toHaveLength(2);
    expect(first.checks.find(({ name }) => name === 'a fault was injected')?.verdict).toBe('pass');
    expect([told.verdict, told.reasons[0]?.message]).toEqual([
      'inconclusive',
      expect.stringContaining('another experiment was started at the same time: '),
    ]);
    expect(told.checks.find(({ name }) => name === 'a fault was injected')?.verdict).toBe('inconclusive');
  });
});

describe('a clock of AWS that is 0.8 s ahead', () => {
  const AHEAD = 0.8;
  const shifted = (body: string) =>
    body.replace(
      /"(creationTime|lastUpdateTime|startTime|endTime)":(\d+(?:\.\d+)?)/g,
      (_, name, time) => `"${name}":${(Number(time) + AHEAD).toFixed(3)}`,
    );

  it('is found out, and the recovery time allows for it', async () => {
    lab.proxy.strike = ({ path }) => (path.startsWith('/experiment') ? { change: shifted } : undefined);
    const all = `resourceType: aws:ecs:task, parameters: { cluster: "\${cluster}", service: "\${service}" }, selectionMode: ALL`;
    const load = 'rate: "30", before: 3s, after: 15s';
    const { stdout, stderr } = await lab.run({ target: all, load, expect: 'rto: 60s' }, ALLOWED);
    const record = await lab.recordOf(stdout);
    expect(record.verdict, stderr).toBe('pass');
    const id = record.events.find(({ label }) => label === 'experiment started')?.detail ?? '';
    const faultAt = (await lab.gateways.fis.getExperiment(id))?.actions?.['kill']?.startTime?.getTime() ?? Number.NaN;
    const backAt = Date.parse(record.events.find(({ label }) => label === 'the service is back')?.at ?? '');
    const truth = (backAt - faultAt) / 1000;
    const rto = record.measurements.find(({ indicator }) => indicator === 'rto');
    expect(rto?.lower).toBeLessThanOrEqual(truth);
    expect(rto?.upper).toBeGreaterThanOrEqual(truth - 0.002);
    // As well as the calls have let it be known: by the stamps alone it would be 0.8 s too short.
    expect(rto?.upper).toBeLessThan(truth + 0.5);
    const { lower = Number.NaN, upper = Number.NaN } =
      record.measurements.find(({ indicator }) => indicator === "FIS's clock is ahead by") ?? {};
    expect(lower).toBeLessThanOrEqual(AHEAD + 0.001);
    expect(upper).toBeGreaterThanOrEqual(AHEAD - 0.001);
    expect(upper - lower).toBeLessThan(0.5);
    expect(rto?.method).toContain("FIS's clock is ");
  });
});

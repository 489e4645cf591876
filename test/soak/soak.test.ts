/** The soak in short: what an hour shows in `docs/soak.md` must not begin to fail unseen. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../bench/soak/processes.ts';
import { type SoakResult, soak } from '../../bench/soak/run.ts';
import { trendOf } from '../../bench/soak/trend.ts';
import { pythonOrReason } from '../contract/support/python.ts';

const SECONDS = 45;
/** What comes and goes with requests in flight; a handle lost with each task, connection or call is many more in this time. */
const HANDLES_THAT_VARY: Readonly<Record<Role, number>> = { 'control plane': 5, balancer: 8, 'task host': 4 };
/** MiB between the second quarter and the last. Node takes what it is given before it collects; only a flood is told in this time. */
const MEMORY_THAT_VARIES = 48;

/** MiB between the second quarter and the last: what the control plane keeps of this much work by design is well under one. */
const LIVE_HEAP_MAY_GAIN: Readonly<Record<Role, number>> = { 'control plane': 3, balancer: 1, 'task host': 1 };

const found = await pythonOrReason();
const reason = process.platform === 'linux' ? ('skipped' in found ? found.skipped : undefined) : 'needs /proc';
const title = 'two boto3 clients and two SDK clients at once';

describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, () => {
  let result: SoakResult;

  beforeAll(async () => {
    result = await soak({
      cli: path.resolve(process.env['SUREFOOT_SELF'] ?? ''),
      speed: 20,
      clients: {
        python: 'python' in found ? found.python : '',
        boto3: 2,
        sdk: 2,
        seconds: SECONDS,
        rate: 5,
        roundSeconds: 8,
        drainSeconds: 1,
      },
      requestsPerSecond: 5,
      sampleSeconds: 1,
      heapSeconds: 2.5,
    });
  }, 240_000);

  it('all come to their end, no call fails, and no request', () => {
    expect(result.broken).toEqual([]);
    expect(Object.entries(result.calls).filter(([name]) => !name.startsWith('ok '))).toEqual([]);
    expect(Object.keys(result.traffic)).toEqual(['200']);
    expect(result.exitCode).toBe(0);
    expect(result.log).not.toMatch(/has a bug|warning/i);
  });

  it('did what a soak is for: services made, deployed again and removed, by every client', () => {
    const count = (...names: string[]) => names.reduce((sum, name) => sum + (result.calls[`ok ${name}`] ?? 0), 0);
    expect(count('create_service')).toBeGreaterThanOrEqual(2);
    expect(count('CreateService')).toBeGreaterThanOrEqual(2);
    expect(count('delete_service', 'DeleteService')).toBe(count('create_service', 'CreateService'));
    expect(count('update_service', 'UpdateService')).toBeGreaterThanOrEqual(4);
    expect(Object.values(result.calls).reduce((sum, calls) => sum + calls, 0)).toBeGreaterThan(SECONDS * 5 * 4 * 0.3);
    expect(result.samples.length).toBeGreaterThan(SECONDS * 0.3);
  });

  it.each(ROLES)('the %s gains no handles, and its memory does not run away', (role) => {
    const trend = (key: 'handles' | 'memory') =>
      trendOf(result.samples.map(({ at, processes }) => ({ at, value: processes[role][key] }))).quarters;
    const [, handlesBefore, , handlesAfter] = trend('handles');
    expect(handlesAfter).toBeLessThanOrEqual(handlesBefore + HANDLES_THAT_VARY[role]);
    const [, memoryBefore, , memoryAfter] = trend('memory');
    expect(memoryAfter).toBeLessThanOrEqual(memoryBefore + MEMORY_THAT_VARIES);
  });

  it.each(ROLES)('the live heap of the %s gains no more than it keeps by design', (role) => {
    const [, before, , after] = trendOf(result.heaps.map(({ at, live }) => ({ at, value: live[role] }))).quarters;
    expect(before).toBeGreaterThan(3);
    expect(after - before).toBeLessThan(LIVE_HEAP_MAY_GAIN[role]);
  });
});

/** Actions of FIS on the network of tasks. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../ecs/lab.ts';
import {
  acting,
  ask,
  askAll,
  B,
  DATABASE,
  ended,
  health,
  onTasks,
  overEndpoints,
  PATIENCE_MS,
  rehearsal,
  stop,
  tasks,
  whole,
} from './shop.ts';

describe('faults on the network of tasks', () => {
  it('delay what the tasks send until they are stopped', async () => {
    await whole();
    const parameters = { duration: 'PT2H', delayMilliseconds: '700', jitterMilliseconds: '0', ...overEndpoints };
    const id = await onTasks('task-network-latency', parameters);
    await acting(id);
    for (const { status, ms } of await askAll(6)) {
      expect(status).toBe(200);
      expect(ms).toBeGreaterThan(690);
    }
    await stop(id);
    const after = await eventually(async () => {
      const { status, ms } = await ask();
      return status === 200 && ms < 600 ? ms : undefined;
    });
    expect(after).toBeLessThan(600);
  }, 120_000);

  it('delay what the tasks send to the database as well', async () => {
    await whole();
    const parameters = { duration: 'PT2H', delayMilliseconds: '300', jitterMilliseconds: '0', ...overEndpoints };
    const id = await onTasks('task-network-latency', parameters);
    await acting(id);
    const { status, ms } = await ask(PATIENCE_MS, '/checkout');
    expect(status).toBe(200);
    // Once on the way to the database, and once on that back to the load balancer.
    expect(ms).toBeGreaterThan(590);
    await stop(id);
  }, 120_000);

  it('block the database’s port for tasks of one zone, which alone take no orders until it is over', async () => {
    await whole();
    const port = String(rehearsal.databases.settings(DATABASE)?.port);
    const id = await onTasks(
      'task-network-blackhole-port',
      { duration: 'PT2H', port, trafficType: 'egress', ...overEndpoints },
      tasks({ filters: [{ path: 'AvailabilityZone', values: [B ?? ''] }] }),
    );
    await acting(id);
    // One after the other: the load balancer goes round the three tasks.
    const seen = [
      await ask(PATIENCE_MS, '/checkout'),
      await ask(PATIENCE_MS, '/checkout'),
      await ask(PATIENCE_MS, '/checkout'),
    ];
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    // Its health does not depend on the database.
    expect((await askAll(6)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    await stop(id);
    await eventually(async () => {
      const orders = await Promise.all(Array.from({ length: 6 }, () => ask(PATIENCE_MS, '/checkout')));
      return orders.every(({ status }) => status === 200) ? orders : undefined;
    }, PATIENCE_MS);
  }, 240_000);

  it('lose packets, which stalls some of the requests by 200 ms and more', async () => {
    await whole();
    const id = await onTasks('task-network-packet-loss', { duration: 'PT2H', lossPercent: '35', ...overEndpoints });
    await acting(id);
    const seen = await askAll(30, 30_000);
    // All of 30 responses come through at the first attempt once in 400,000 times.
    expect(seen.filter(({ ms }) => ms > 195).length).toBeGreaterThan(0);
    await stop(id);
  }, 120_000);

  it('block a port, so that nothing reaches the task and its checks time out; another port changes nothing', async () => {
    await whole();
    const filters = [{ path: 'AvailabilityZone', values: [B ?? ''] }];
    const block = (port: string) =>
      onTasks(
        'task-network-blackhole-port',
        { duration: 'PT2H', port, trafficType: 'ingress', ...overEndpoints },
        tasks({ filters }),
      );
    const other = await block('9999');
    await acting(other);
    expect((await askAll(6)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    await stop(other);
    const id = await block('3000');
    await eventually(async () => {
      const lost = (await health()).filter(({ reason }) => reason === 'Target.Timeout');
      return lost.length > 0 ? lost : undefined;
    }, PATIENCE_MS);
    await stop(id);
    await whole();
  }, 240_000);

  it.each([
    ['without ECS’s fault injection endpoints', 'task-network-latency', { duration: 'PT1M' }],
    ['for some sources alone', 'task-network-latency', { duration: 'PT1M', sources: 'S3', ...overEndpoints }],
    [
      'on what tasks send to a port that no database has',
      'task-network-blackhole-port',
      { duration: 'PT1M', port: '443', trafficType: 'egress', ...overEndpoints },
    ],
  ])('fail %s', async (_, action, parameters) => {
    const id = await onTasks(action, parameters);
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      error: { code: 'ConfigurationFailure', location: 'act' },
    });
  });
});

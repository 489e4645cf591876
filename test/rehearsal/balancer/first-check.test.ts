import { afterEach, describe, expect, it } from 'vitest';
import { forward, group, type Lab, serve, startLab, target } from './lab.ts';

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((each) => each()));
});

describe('the first health check', () => {
  it('comes half a second after registration, not an interval later', async () => {
    const checks: number[] = [];
    const server = await serve((_request, response) => {
      checks.push(performance.now());
      response.end();
    });
    const lab: Lab = await startLab();
    cleanUp.push(server.close, () => lab.balancer.stop());
    const { healthCheck } = group('tg', []);
    const slow = { ...healthCheck, intervalMs: 60_000, timeoutMs: 2000, path: '/any' };
    const before = performance.now();
    await lab.configure([forward({ tg: 1 })], [group('tg', [target(server.port)], { healthCheck: slow })]);
    await lab.becomes(server.port, 'healthy');
    expect(checks).toHaveLength(1);
    expect((checks[0] ?? 0) - before).toBeGreaterThanOrEqual(495);
  });
});

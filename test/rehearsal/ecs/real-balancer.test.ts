/** ECS with the real load balancer: a blue-green deployment under requests, none of which may be lost. */
import { afterEach, expect, test } from 'vitest';
import { eventually } from './lab.ts';
import { type Answer, get, type RealPlatform, startRealPlatform } from './real-platform.ts';

/** Takes 100 ms for an answer, lets those in flight end on SIGTERM. */
const SERVER = `
const { PORT, HOST, SUREFOOT_REVISION } = process.env;
const server = require('node:http').createServer((request, response) => {
  const answer = () => response.end(SUREFOOT_REVISION);
  request.url === '/health' ? answer() : setTimeout(answer, 100);
});
server.listen(Number(PORT), HOST);
server.keepAliveTimeout = 75_000;
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

let platform: RealPlatform;

afterEach(async () => {
  await platform.stop();
});

test('through listener default rules of the real balancer, a deployment goes live without a lost request', async () => {
  platform = await startRealPlatform(SERVER);
  await platform.service([{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }]);
  const url = platform.urlOf(platform.production);
  const answers: Promise<Answer>[] = [];
  const load = setInterval(() => answers.push(get(url)), 25);

  await platform.register();
  await platform.update({ taskDefinition: 'web:2' });
  await eventually(
    async () => (await platform.deployment()).lifecycleStage === 'POST_TEST_TRAFFIC_SHIFT' || undefined,
    60_000,
  );
  expect(await get(platform.urlOf(platform.test))).toEqual({ status: 200, body: 'web:2' });
  expect(await get(url)).toEqual({ status: 200, body: 'web:1' });
  await platform.proceed();
  await eventually(async () => (await platform.deployment()).status === 'SUCCESSFUL' || undefined, 60_000);
  await platform.ecs.idle(AbortSignal.timeout(30_000));
  clearInterval(load);

  const all = await Promise.all(answers);
  const lost = all.filter(({ status }) => status !== 200);
  expect(lost).toEqual([]);
  const revisions = all.map(({ body }) => body);
  expect(new Set(revisions)).toEqual(new Set(['web:1', 'web:2']));
  expect(revisions.at(-1)).toBe('web:2');
}, 180_000);

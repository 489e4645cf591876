/** A canary on the real load balancer: its share is counted by who answered, and CloudWatch has to count the same. */
import type { GetMetricStatisticsOutput } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './lab.ts';
import { type Answer, get, type RealPlatform, startRealPlatform } from './real-platform.ts';

/** From its second revision on, the server fails every fifth request, and takes 400 ms for every seventh. */
const SERVER = `
const { PORT, HOST, SUREFOOT_REVISION } = process.env;
const bad = SUREFOOT_REVISION !== 'web:1';
let requests = 0;
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/health') return response.end();
  requests += 1;
  response.statusCode = bad && requests % 5 === 0 ? 500 : 200;
  const slow = bad && requests % 7 === 0;
  setTimeout(() => response.end(SUREFOOT_REVISION + (slow ? ' slow' : '')), slow ? 400 : 0);
});
server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;
const PRE = 'PRE_PRODUCTION_TRAFFIC_SHIFT';
/** Chosen so that a fair split of one in five is out of these bounds less than once in a million runs: five standard deviations. */
const REQUESTS = 400;
const EXPECTED = 80;
const DEVIATION = 40;

let platform: RealPlatform;

afterEach(async () => {
  await platform.stop();
});

/** Many GETs, ten at a time. */
async function ask(url: string, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const one = async () => {
    while (answers.length < count) {
      answers.push({ status: 0, body: 'in flight' });
      const place = answers.length - 1;
      answers[place] = await get(url);
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
  return answers;
}

const answeredBy = (answers: readonly Answer[], revision: string) =>
  answers.filter(({ body }) => body.startsWith(revision));

/** A statistic of a target group's metric over everything since `since`. */
async function metric(group: string, MetricName: string, statistic: string, since: Date): Promise<number> {
  const simple = statistic === 'Sum' || statistic === 'SampleCount';
  const { Datapoints = [] } = await platform.call<GetMetricStatisticsOutput>('cloudwatch', 'GetMetricStatistics', {
    Namespace: 'AWS/ApplicationELB',
    MetricName,
    Dimensions: [
      { Name: 'LoadBalancer', Value: platform.loadBalancer.replace(/^.*:loadbalancer\//, '') },
      { Name: 'TargetGroup', Value: group.replace(/^.*:/, '') },
    ],
    StartTime: since,
    EndTime: new Date(Date.now() + 60_000),
    Period: 1,
    ...(simple ? { Statistics: [statistic] } : { ExtendedStatistics: [statistic] }),
  });
  const values = Datapoints.map((point) =>
    statistic === 'Sum' || statistic === 'SampleCount' ? point[statistic] : point.ExtendedStatistics?.[statistic],
  );
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

test('a canary gets its share of real requests, and CloudWatch counts them', async () => {
  platform = await startRealPlatform(SERVER);
  await platform.service();
  const url = platform.urlOf(platform.production);
  await platform.register();
  await platform.update({
    taskDefinition: 'web:2',
    deploymentConfiguration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 0 },
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: [PRE] }],
    },
  });
  const weightIs = (percent: number) =>
    eventually(async () => {
      const { lifecycleHookDetails: hooks = [], targetServiceRevision: target } = await platform.deployment();
      const waits = percent === 100 || hooks.some(({ status }) => status === 'AWAITING_ACTION');
      return (waits && target?.requestedProductionTrafficWeight === percent) || undefined;
    }, 20_000);

  await weightIs(0);
  expect(new Set((await ask(url, 20)).map(({ body }) => body))).toEqual(new Set(['web:1']));
  await platform.proceed();
  await weightIs(20);
  const since = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
  await new Promise((resolve) => setTimeout(resolve, since.getTime() - Date.now()));
  const answers = await ask(url, REQUESTS);
  const [old, next] = [answeredBy(answers, 'web:1'), answeredBy(answers, 'web:2')];
  expect(old.length + next.length).toBe(REQUESTS);
  expect(Math.abs(next.length - EXPECTED)).toBeLessThan(DEVIATION);

  // The balancer tells of a second once it is over.
  const counted = async () => [
    await metric(platform.blue, 'RequestCount', 'Sum', since),
    await metric(platform.green, 'RequestCount', 'Sum', since),
  ];
  await eventually(async () => String(await counted()) === String([old.length, next.length]) || undefined, 10_000);
  const failed = next.filter(({ status }) => status === 500).length;
  expect(failed).toBeGreaterThan(0);
  expect(await metric(platform.green, 'HTTPCode_Target_5XX_Count', 'Sum', since)).toBe(failed);
  expect(await metric(platform.blue, 'HTTPCode_Target_5XX_Count', 'Sum', since)).toBe(0);
  const slow = next.filter(({ body }) => body.endsWith('slow')).length;
  expect(slow).toBeGreaterThan(0);
  const over = await metric(platform.green, 'TargetResponseTime', 'TC(0.3:)', since);
  expect(over).toBeGreaterThanOrEqual(slow);
  expect(over + (await metric(platform.green, 'TargetResponseTime', 'TC(:0.3)', since))).toBe(next.length);

  await platform.proceed();
  await weightIs(100);
  const after = await ask(url, 20);
  expect(answeredBy(after, 'web:2')).toHaveLength(20);
}, 60_000);

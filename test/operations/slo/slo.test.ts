/** One record of all SLOs that were asked for: its verdict, its rows, and what it says of those that nobody can know. */
import { describe, expect, it } from 'vitest';
import type { MetricRequest } from '../../../src/aws/cloudwatch/cloudwatch.ts';
import type { Ports } from '../../../src/operations/ports.ts';
import { readSloStatus } from '../../../src/operations/slo/slo.ts';
import type { Objective } from '../../../src/platform/model/objectives.ts';
import type { ServiceInEnvironment } from '../../../src/platform/model.ts';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { renderMarkdown } from '../../../src/report/markdown.ts';

const NOW = Date.UTC(2026, 10, 21, 9);

/** Services of that name; of each minute 100 requests, and so many failed. */
function portsWith(failed: Readonly<Record<string, number>>): Ports {
  const balancer = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:0:loadbalancer/app/${name}/1`;
  const group = (name: string) => ({ TargetGroupArn: name, LoadBalancerArns: [balancer(name)] });
  const metrics = async (
    requests: readonly MetricRequest[],
    { start, end, periodSeconds }: { start: Date; end: Date; periodSeconds: number },
  ) =>
    new Map(
      requests.map(({ id, name, dimensions }) => {
        const service = dimensions['LoadBalancer']?.split('/')[1] ?? '';
        const perMinute = { RequestCount: 100, HTTPCode_Target_5XX_Count: failed[service] ?? 0 }[name];
        const points = new Map<number, number>();
        for (let at = start.getTime(); at < end.getTime() && perMinute !== undefined; at += periodSeconds * 1000) {
          points.set(at / 1000, (perMinute * periodSeconds) / 60);
        }
        return [id, points];
      }),
    );
  return {
    clock: { now: () => new Date(NOW) },
    aws: {
      ecs: {
        service: async (_: string, name: string) =>
          name in failed ? { serviceName: name, loadBalancers: [{ targetGroupArn: name }] } : undefined,
      },
      elbv2: {
        targetGroups: async (arns: readonly string[]) => arns.map(group),
        targetGroupsOf: async (arn: string) => [group(arn.split('/')[2] ?? '')],
      },
      cloudwatch: { metrics },
    },
  } as unknown as Ports;
}

const target = (name: string) => ({ service: name, ecsService: name, cluster: 'shop' }) as ServiceInEnvironment;
const objective = (service: string): Objective => ({
  name: `${service}-availability`,
  service,
  indicator: 'availability',
  target: '0.99',
  budget: { numerator: 1n, denominator: 100n },
  thresholdSeconds: undefined,
  windowDays: 30,
});

async function read(services: readonly string[], failed: Readonly<Record<string, number>>, unjudged: string[] = []) {
  const evidence = await readSloStatus(
    {
      platform: 'shop',
      environment: 'prod',
      targets: services.map(target),
      objectives: ['web', 'api', 'gone'].map(objective),
      unjudged: unjudged.map((service) => ({
        name: `${service}-custom`,
        service,
        target: '0.9',
        reason: 'its events are counted by prometheus',
      })),
      rehearsalSpeed: undefined,
      prometheus: undefined,
    },
    portsWith(failed),
  );
  evidenceSchema.parse(evidence);
  return { ...evidence, codes: evidence.reasons.map(({ code }) => code) };
}

describe('surefoot slo', () => {
  it('passes where all are met', async () => {
    const { verdict, codes, checks, slos, measurements, series, subject } = await read(['web'], { web: 0 });
    expect([verdict, codes]).toEqual(['pass', ['slos-met']]);
    expect(subject).toEqual({ platform: 'shop', environment: 'prod', service: 'web' });
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ name: '"web-availability" of web', verdict: 'pass' });
    expect(checks[0]?.expected).toBe('at least 99 % good over 30 d');
    expect(checks[0]?.observed).toMatch(/^met: 0 of 4,3\d\d,\d00 requests failed in 30 d, where 1 % may: 100 % of the/);
    expect(slos?.[0]?.left).toBe(1);
    expect(measurements.map(({ indicator }) => indicator)).toContain('error budget left by "web-availability" of web');
    expect(series[0]?.points.map(([, left]) => left).every((left) => left === 100)).toBe(true);
    expect(measurements.filter(({ unit }) => unit === '×')).toHaveLength(4);
  });

  it('fails where one is missed, and says first which', async () => {
    const { verdict, codes, reasons, slos } = await read(['web', 'api', 'gone'], { web: 0, api: 2 });
    expect([verdict, codes]).toEqual(['fail', ['slo-missed', 'slo-unknown']]);
    expect(reasons[0]?.message).toMatch(/^"api-availability" of api is missed: .* overspent, 2 times what there was$/);
    expect(reasons[1]?.message).toMatch(/^"gone-availability" of gone is not known: there is no ECS service "gone"/);
    expect(slos?.map(({ state }) => state)).toEqual(['met', 'missed', 'unknown']);
  });

  it('is inconclusive where one is unknown and none is missed', async () => {
    const { verdict, codes, checks } = await read(['web'], { web: 0 }, ['web', 'api']);
    expect([verdict, codes]).toEqual(['inconclusive', ['slo-unknown']]);
    expect(checks.map(({ name, verdict: row }) => [name, row])).toEqual([
      ['"web-availability" of web', 'pass'],
      ['"web-custom" of web', 'inconclusive'],
    ]);
    expect(checks[1]?.observed).toBe('not known: its events are counted by prometheus');
  });

  it('says what burns, after what is missed', async () => {
    const { verdict, codes } = await read(['web'], { web: 20 });
    expect([verdict, codes]).toEqual(['fail', ['slo-missed', 'error-budget-burns']]);
  });

  it('reads well as Markdown', async () => {
    const markdown = renderMarkdown(await read(['web', 'api'], { web: 0, api: 2 }), { maxBytes: 100_000 });
    expect(markdown).toMatch(/"?api-availability"? of api/);
    expect(markdown).toMatch(/overspent/);
  });
});

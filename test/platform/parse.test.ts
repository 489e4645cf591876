import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { formatProblem } from '../../src/platform/problems.ts';
import { edit, FULL, MINIMAL } from './samples.ts';

function platformOf(text: string) {
  const { platform, problems } = parsePlatform(text, 'surefoot.yml');
  expect(problems.map(formatProblem)).toEqual([]);
  if (platform === undefined) {
    throw new Error('no platform and no problem');
  }
  return platform;
}

describe('parsePlatform', () => {
  it('fills in what a minimal file leaves out', () => {
    const platform = platformOf(MINIMAL);
    expect(platform.environments['dev']).toEqual({
      name: 'dev',
      region: 'eu-west-1',
      cluster: 'shop-dev',
      zones: ['eu-west-1a', 'eu-west-1b'],
      protected: false,
      pausable: false,
      account: undefined,
      load: { allow: [], maximum: undefined },
      databases: {},
      schedule: undefined,
      lines: { protected: 'surefoot.yml:5', pausable: 'surefoot.yml:5', schedule: 'surefoot.yml:5' },
    });
    expect(platform.services['web']?.inEnvironment['dev']).toEqual({
      service: 'web',
      environment: 'dev',
      ecsService: 'shop-web-dev',
      cluster: 'shop-dev',
      container: 'web',
      port: 8080,
      healthPath: '/health',
      tasks: { minimum: 1, maximum: 1 },
      cpu: 256,
      memory: 512,
      capacity: undefined,
      coldStartSeconds: undefined,
      url: undefined,
      load: { path: '/health', timeoutSeconds: 15, demand: undefined },
      deploy: {
        strategy: 'BLUE_GREEN',
        bakeMinutes: 5,
        errorBudget: 'warn',
        hookTimeoutMinutes: 30,
        healthyWithinSeconds: 900,
        before: undefined,
        smoke: undefined,
        watch: undefined,
      },
      jobs: {},
      rehearsal: undefined,
      lines: { minimumTasks: 'surefoot.yml:5', maximumTasks: 'surefoot.yml:5' },
    });
  });

  it('knows where it is said what may be paused, and how far down', () => {
    const { environments, services } = platformOf(FULL);
    const lineOf = (text: string) => `surefoot.yml:${FULL.slice(0, FULL.indexOf(text)).split('\n').length}`;
    expect(environments['dev']?.lines.pausable).toBe(lineOf('pausable: true'));
    expect(environments['prod']?.lines.protected).toBe(lineOf('protected: true'));
    expect(services['web']?.inEnvironment['dev']?.lines.minimumTasks).toBe(lineOf('tasks: { minimum: 1, maximum: 4'));
    expect(services['web']?.inEnvironment['prod']?.lines.minimumTasks).toBe(lineOf('tasks: { minimum: 2'));
  });

  it('reads schedules and jobs', () => {
    const { environments, services } = platformOf(FULL);
    expect(environments['dev']?.schedule).toEqual({
      pause: { hour: 22, minute: 0 },
      resume: { hour: 8, minute: 30 },
      days: ['mon', 'fri'],
      timeZone: 'Europe/Dublin',
    });
    expect(services['web']?.inEnvironment['prod']?.jobs).toEqual({
      reindex: {
        command: ['node', 'reindex.mjs'],
        container: 'indexer',
        timeoutSeconds: 1200,
        cpu: 1024,
        memory: 2048,
      },
      tidy: {
        command: ['node', 'tidy.mjs'],
        container: 'web',
        timeoutSeconds: 3600,
        cpu: undefined,
        memory: undefined,
      },
    });
    expect(platformOf(edit(FULL, ', days: [fri, mon]', '')).environments['dev']?.schedule?.days).toHaveLength(7);
  });

  it('knows where loads may go, and how much users ask for', () => {
    const { environments, services } = platformOf(FULL);
    expect(environments['dev']?.load).toEqual({ allow: ['https://shop.example.com'], maximum: 300 });
    const prod = services['web']?.inEnvironment['prod'];
    expect(prod?.url).toBe('https://prod.shop.example.com');
    expect(prod?.load).toEqual({
      path: '/buy',
      timeoutSeconds: 4,
      demand: { dailyUsers: 250_000, requestsPerUser: 40, peak: { kind: 'busy-hours', hours: 10 } },
    });
    const world = platformOf(edit(FULL, ', busyHours: 10', '')).services['web']?.inEnvironment['prod'];
    expect(world?.load.demand?.peak).toEqual({ kind: 'peak-to-mean', ratio: 1.7 });
  });

  it('gives a database its defaults: Multi-AZ in the first two zones', () => {
    const databases = (written: string) => {
      const rehearsal = `    cluster: shop-{environment}\n    rehearsal: { databases: { shop-dev: ${written} } }\n`;
      const text = edit(MINIMAL, '    cluster: shop-{environment}\n', rehearsal);
      return platformOf(text).environments['dev']?.databases['shop-dev'];
    };
    expect(databases('{ replica: {} }')).toEqual({
      engine: 'postgres',
      port: 5432,
      zones: ['eu-west-1a', 'eu-west-1b'],
      urlVariable: 'DATABASE_URL',
      replica: { name: 'shop-dev-replica', zone: 'eu-west-1b', lagSeconds: 1 },
    });
    expect(databases('{ multiAz: false }')).toMatchObject({ zones: ['eu-west-1a'], replica: undefined });
  });

  it('resolves everything that can be written', () => {
    const platform = platformOf(FULL);
    const dev = platform.services['web']?.inEnvironment['dev'];
    expect(dev).toMatchObject({
      container: 'web',
      healthPath: '/healthz',
      tasks: { minimum: 1, maximum: 4 },
      capacity: { requestsPerSecond: 50, responseSeconds: 0.25 },
      coldStartSeconds: 20,
      deploy: {
        bakeMinutes: 5,
        smoke: { path: '/ready', status: 204, requests: 3, timeoutSeconds: 2, url: 'http://test.dev.example.com' },
        watch: { seconds: 120, objective: 'availability' },
      },
    });
    expect(dev?.rehearsal).toEqual({
      command: ['node', 'web.mjs', '--quiet'],
      directory: `${platform.directory}/app`,
      environment: { VERSION: '1.10', QUIET: 'true' },
      startSeconds: 2,
      images: { 'web:1.0.0': {}, 'web:1.1.0': { DELAY_MS: '5' } },
      initialImage: 'web:1.0.0',
      tasks: 3,
      scenarios: { 'deploy-good': 'web:1.1.0' },
      scaling: { cpu: 60, memory: 75 },
      load: { path: '/shop', requestsPerSecond: 20, timeoutSeconds: 3 },
      healthCheck: { intervalSeconds: 10, timeoutSeconds: 3, healthyThreshold: 3, unhealthyThreshold: 4 },
      deregistrationDelaySeconds: 7,
      databases: {},
    });
    expect(platform.services['web']?.inEnvironment['prod']?.rehearsal?.databases).toEqual({
      'shop-prod': {
        engine: 'mysql',
        port: 3306,
        zones: ['eu-west-1b', 'eu-west-1a'],
        urlVariable: 'SHOP_DATABASE',
        replica: { name: 'shop-reader', zone: 'eu-west-1a', lagSeconds: 0.25 },
      },
    });
    expect(platform.targets).toEqual([
      {
        name: 'recovery',
        description: undefined,
        service: 'web',
        environment: 'prod',
        indicator: 'mttr',
        comparison: 'lte',
        value: '29.50',
        exactly: { numerator: 59n, denominator: 2n },
        unit: 'minutes',
        windowDays: 30,
      },
    ]);
  });

  it('merges what an environment says into what the service says, key by key', () => {
    const { services } = platformOf(FULL);
    const prod = services['web']?.inEnvironment['prod'];
    expect(prod?.tasks).toEqual({ minimum: 2, maximum: 10 });
    expect(prod?.deploy).toMatchObject({ bakeMinutes: 10, watch: { seconds: 120 }, smoke: { requests: 3 } });
    expect(Object.keys(services['admin']?.inEnvironment ?? {})).toEqual(['prod']);
  });

  it('knows the share of a canary and the steps of a linear deployment, where that is the strategy', () => {
    const { services } = platformOf(FULL);
    expect(services['web']?.inEnvironment['dev']?.deploy).toMatchObject({
      strategy: 'BLUE_GREEN',
      canary: undefined,
      linear: undefined,
    });
    expect(services['web']?.inEnvironment['prod']?.deploy).toMatchObject({
      strategy: 'CANARY',
      bakeMinutes: 10,
      canary: { percent: 2.5, bakeMinutes: 15 },
      linear: undefined,
    });
    expect(services['admin']?.inEnvironment['prod']?.deploy).toMatchObject({
      strategy: 'LINEAR',
      canary: undefined,
      linear: { stepPercent: 33.3, bakeMinutes: 3 },
    });
  });

  it('takes the shares and waits of ECS where the file says none', () => {
    const bare = edit(
      edit(FULL, ', canary: { percent: 2.5, bake: 15m }', ''),
      ', linear: { step: 33.3, bake: 3m }',
      '',
    );
    const { services } = platformOf(bare);
    expect(services['web']?.inEnvironment['prod']?.deploy.canary).toEqual({ percent: 5, bakeMinutes: 10 });
    expect(services['admin']?.inEnvironment['prod']?.deploy.linear).toEqual({ stepPercent: 10, bakeMinutes: 6 });
  });

  it('runs in rehearsal as many tasks as the environment has at least, when not told otherwise', () => {
    const { services } = platformOf(edit(FULL, '      tasks: 3\n', ''));
    expect(services['web']?.inEnvironment['dev']?.rehearsal?.tasks).toBe(1);
    expect(services['web']?.inEnvironment['prod']?.rehearsal?.tasks).toBe(2);
  });

  it('takes the tasks of the environment where the service says none', () => {
    const { services } = platformOf(edit(FULL, '    tasks: { minimum: 1, maximum: 4 }\n', ''));
    expect(services['web']?.inEnvironment['dev']?.tasks).toEqual({ minimum: 1, maximum: 2 });
  });

  it('keeps the objective exact, as ratio or in per cent', () => {
    for (const objective of ['target: 0.9995', 'target: "0.9995"', 'targetPercent: 99.95']) {
      const [slo] = platformOf(edit(FULL, 'target: 0.9995', objective)).objectives;
      expect(slo).toEqual({
        name: 'availability',
        service: 'web',
        indicator: 'availability',
        target: '0.9995',
        budget: { numerator: 1n, denominator: 2000n },
        thresholdSeconds: undefined,
        windowDays: 28,
      });
    }
  });

  it('names several objectives of one SLO by their place', () => {
    const text = edit(
      edit(FULL, '[{ target: 0.9995 }]', '[{ target: 0.999 }, { target: 0.9 }]'),
      'objective: availability',
      'objective: availability/2',
    );
    expect(platformOf(text).objectives.map(({ name, target }) => [name, target])).toEqual([
      ['availability/1', '0.999'],
      ['availability/2', '0.9'],
    ]);
  });

  it.each([
    [
      'another source',
      'type: surefoot, spec: { indicator: ',
      'type: Prometheus, spec: { query: ',
      /counted by Prometheus/,
    ],
    ['another method', 'budgetingMethod: Occurrences', 'budgetingMethod: RatioTimeslices', /RatioTimeslices/],
    [
      'a calendar window',
      'isRolling: true',
      'isRolling: false, calendar: { startTime: "2026-01-01 00:00:00", timeZone: UTC }',
      /rolling/,
    ],
  ])('keeps a valid SLO with %s apart as not judged', (_, from, to, reason) => {
    const withoutWatch = edit(FULL, '      watch: { duration: 2m, objective: availability }\n', '');
    const sliced = to.includes('Timeslices')
      ? edit(withoutWatch, 'target: 0.9995', 'target: 0.9995, timeSliceWindow: 1h')
      : withoutWatch;
    const platform = platformOf(sliced.replaceAll(from, to));
    expect(platform.objectives).toEqual([]);
    expect(platform.unjudged).toMatchObject([
      { name: 'availability', service: 'web', reason: expect.stringMatching(reason) },
    ]);
  });

  it('reads anchors and aliases', () => {
    const text = edit(
      edit(FULL, 'environment: { VERSION: 1.10, QUIET: true }', 'environment: &common { VERSION: 1.10 }'),
      'web:1.0.0: {}',
      'web:1.0.0: *common',
    );
    expect(platformOf(text).services['web']?.inEnvironment['dev']?.rehearsal?.images['web:1.0.0']).toEqual({
      VERSION: '1.10',
    });
  });
});

describe('a file with five mistakes', () => {
  const text = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev:
    region: eu-west-1
    cluster: shop-{env}
services:
  web:
    ecsService: shop-web-{environment}
    port: 80800
    tasks: { minimum: 4, maximum: 2 }
    deploy:
      bakee: 5m
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: surefoot, spec: { indicator: availability } } }
        total: { metricSource: { type: surefoot, spec: { indicator: requests } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - target: 99.95
`;

  it('gives five messages, each with its place and what to write', () => {
    const { platform, problems } = parsePlatform(text, 'shop/surefoot.yml');
    expect(platform).toBeUndefined();
    expect(problems.map(formatProblem)).toEqual([
      'shop/surefoot.yml:7:14 environments.dev.cluster has {env} in it; the only placeholder is {environment}\n' +
        '  write: cluster: shop-{environment}',
      'shop/surefoot.yml:11:11 services.web.port must be a whole number from 1 to 65535, not 80800\n' +
        '  write: port: 8000',
      'shop/surefoot.yml:12:23 services.web.tasks.minimum makes the minimum (4) larger than the maximum (2) in dev\n' +
        '  write: minimum: 2',
      'shop/surefoot.yml:14:7 services.web.deploy.bakee is not a key that is known here\n' +
        '  write: bake instead of bakee',
      'shop/surefoot.yml:29:15 spec.objectives[0].target must be a ratio between 0 and 1, both excluded, not 99.95\n' +
        '  write: target: 0.9995 (or targetPercent: 99.95)',
    ]);
  });
});

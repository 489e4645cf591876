/** `surefoot slo` of a platform whose SLO Prometheus counts: no AWS is asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prometheusAccess } from '../../../src/entry/slo/prometheus.ts';
import { surefoot } from '../../cli/surefoot.ts';
import { type FakePrometheus, startFakePrometheus } from '../../prometheus/fake-prometheus.ts';

vi.setConfig({ testTimeout: 60_000 });

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: auterity
environments:
  prod: { region: eu-west-1, cluster: auterity, zones: [eu-west-1a, eu-west-1b, eu-west-1c] }
services:
  engine: { ecsService: engine, container: engine, port: 8000 }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: workflows }
spec:
  service: engine
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'workflows_total{outcome="done"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: workflows_total } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: elsewhere }
spec:
  service: engine
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: Datadog, spec: { query: good } } }
        total: { metricSource: { type: Datadog, spec: { query: all } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`;

describe('surefoot slo with Prometheus', () => {
  let folder: string;
  let server: FakePrometheus;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-prometheus-'));
    await writeFile(path.join(folder, 'surefoot.yml'), PLATFORM);
    const growing = (outcome: string, perSecond: number) => ({
      labels: { __name__: 'workflows_total', outcome },
      at: (second: number) => Math.floor((second - 1_700_000_000) * perSecond),
    });
    const [done, lost] = [growing('done', 1), growing('lost', 0.02)];
    server = await startFakePrometheus({ workflows_total: [done, lost], 'workflows_total{outcome="done"}': [done] });
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    surefoot(['slo', '--json', ...args], {
      cwd: folder,
      env: { AWS_ENDPOINT_URL: 'http://192.0.2.1:1', PROMETHEUS_URL: '' },
    });

  it('judges by its counters, and leaves what nobody can be asked for unknown', async () => {
    const { code, stdout } = await run('--prometheus', server.url);
    const { slos } = JSON.parse(stdout) as {
      slos: { objective: string; state: string; unknown?: { message: string } }[];
    };
    expect([code, slos.map(({ objective, state }) => [objective, state])]).toEqual([
      1,
      [
        ['workflows', 'missed'],
        ['elsewhere', 'unknown'],
      ],
    ]);
    expect(slos[1]?.unknown?.message).toMatch(/^its events are counted by Datadog$/);
  });

  it('feeds the scorecard', async () => {
    const args = ['scorecard', '--json', '--evidence', path.join(folder, '.surefoot/reports')];
    const { stdout } = await surefoot(args, { cwd: folder });
    const { rows } = JSON.parse(stdout) as { rows: { id: string; promise: string; production: { state: string } }[] };
    expect(rows.map(({ id, production }) => [id, production.state])).toEqual([
      ['workflows', 'missed'],
      ['elsewhere', 'unknown'],
    ]);
    expect(rows[0]?.promise).toBe('at least 99 % of events good, over 7 d');
  });

  it('is unknown where nobody says where Prometheus is', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(3);
    expect(stdout).toMatch(/no-prometheus/);
  });
});

describe('where Prometheus is', () => {
  it.each([
    ['not a url', 'prometheus:9090x y', undefined],
    ['a password in it', 'https://me:secret@prometheus.example.org', undefined],
    ['a token in the open', 'http://prometheus.example.org', 'secret'],
  ])('is refused: %s', (_, url, token) => {
    expect(() => prometheusAccess(url, token === undefined ? {} : { PROMETHEUS_TOKEN: token })).toThrow(
      /--prometheus is/,
    );
  });

  it('comes from the option first', () => {
    const environment = { PROMETHEUS_URL: 'http://other.example.org', PROMETHEUS_TOKEN: 'secret' };
    expect(prometheusAccess('http://127.0.0.1:9090', environment)).toEqual({
      url: new URL('http://127.0.0.1:9090'),
      token: 'secret',
    });
    expect(prometheusAccess(undefined, { PROMETHEUS_URL: 'http://p.example.org/x' })?.url.href).toBe(
      'http://p.example.org/x',
    );
    expect(prometheusAccess(undefined, {})).toBeUndefined();
  });
});

/** The scenario of a load in parts: its own judgement, and what it is made of. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSegments, withSamples } from '../../../src/rehearsal/scenarios/load-segments.ts';
import type { Observation } from '../../../src/rehearsal/scenarios/scenario.ts';
import { startFarWay } from '../../../src/rehearsal/scenarios/segments/far-way.ts';
import { readSamples, type Samples } from '../../../src/rehearsal/scenarios/segments/samples.ts';
import { writeWitnessedK6 } from '../../../src/rehearsal/scenarios/segments/witnessed-k6.ts';
import type { Evidence, LoadRecord } from '../../../src/report/evidence.ts';
import { addToBuckets, type Buckets } from '../../../src/statistics/log-histogram.ts';
import { minimalEnvironment } from '../../../src/tools/environment.ts';
import { runProgram } from '../../../src/tools/run-program.ts';
import { serveHttp } from '../../measure/servers.ts';

const ARRIVALS = 90;
const NEAR = 0.3;
const FAR = 0.9;

/** Three parts, of which the last is far away; each sample has a time of its own. */
const samples: readonly Samples[] = [NEAR, NEAR, FAR].map((base, part) => {
  const numbers = Array.from({ length: ARRIVALS / 3 }, (_, index) => part + 3 * index);
  return { numbers, seconds: numbers.map((number) => base + number / 1000) };
});

function loadOf(seconds: readonly number[], parts = [30, 30, 30]): LoadRecord {
  const latency: Buckets = new Map();
  for (const one of seconds) {
    addToBuckets(latency, one);
  }
  const totals = (planned: number) => ({ planned, ok: planned, failed: 0, dropped: 0, interrupted: 0 });
  const generator = { cpu: 0.1, readerCpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] };
  const bins = [{ second: 0, ...totals(ARRIVALS), failed: {}, latency: [...latency] }];
  return {
    name: 'load-segments',
    url: 'http://127.0.0.1/',
    rate: ARRIVALS,
    timeoutSeconds: 5,
    startedAt: '2026-11-21T10:00:00.000Z',
    finishedAt: '2026-11-21T10:00:02.000Z',
    judgedUntilSecond: 1,
    totals: totals(ARRIVALS),
    bins,
    generator,
    segments: parts.map((planned) => ({
      startedAt: '2026-11-21T10:00:00.000Z',
      totals: totals(planned),
      cpu: 0.1,
      latenessMax: 0,
    })),
  };
}

const all = samples.flatMap(({ seconds }) => seconds);

function observe(change: { load?: LoadRecord; samples?: readonly Samples[]; requestCount?: number } = {}): Observation {
  const load = change.load ?? loadOf(all);
  const evidence: Evidence = {
    version: 'surefoot/evidence/v1',
    operation: 'load',
    title: 'test',
    subject: { platform: 'p', environment: 'dev', service: 's' },
    rehearsal: true,
    speed: 20,
    startedAt: load.startedAt,
    finishedAt: load.finishedAt,
    verdict: 'pass',
    reasons: [],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    parts: [],
    tools: [],
    load,
  };
  const requestCount = change.requestCount ?? ARRIVALS;
  return {
    operation: withSamples(evidence, change.samples ?? samples, ARRIVALS),
    load,
    balancer: {
      requestCount,
      elb4xx: 0,
      elb503: 0,
      target2xx: requestCount,
      target3xx: 0,
      target4xx: 0,
      target5xx: 0,
    },
  };
}

const failing = (observation: Observation) =>
  loadSegments.judge(observation).flatMap(({ name, verdict }) => (verdict === 'pass' ? [] : [name]));

const [first, second, third] = samples;

describe('load-segments', () => {
  it('passes where the sum is what every request says', () => {
    expect(failing(observe())).toEqual([]);
    // Of 90 samples the 86th: 0.977 s; the parts' own are 0.384, 0.385 and 0.986 s.
    expect(loadSegments.summarise(observe())).toMatch(
      /^90 requests by 3 tasks, 90 by the balancer's log; p95 0\.9\d\d s, of all samples 0\.977 s, mean of the parts' 0\.585 s$/,
    );
  });

  it('does not where a request is missing, there twice, or unknown to the balancer', () => {
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('there are not three parts');
    }
    const missing = { ...third, numbers: third.numbers.slice(1) };
    expect(failing(observe({ samples: [first, second, missing] }))).toEqual(['every request was made once']);
    const doubled = { ...third, numbers: [...third.numbers, 1] };
    expect(failing(observe({ samples: [first, second, doubled] }))).toEqual(['every request was made once']);
    expect(failing(observe({ requestCount: ARRIVALS + 1 }))).toContain('every request was made once');
  });

  it('does not where a task made more than its part', () => {
    expect(failing(observe({ load: loadOf(all, [32, 30, 28]) }))).toEqual(['each task made its part']);
    expect(failing(observe({ load: loadOf(all, [45, 45]) }))).toEqual(['each task made its part']);
  });

  it('does not where the sum is a percent off', () => {
    const off = loadOf(all.map((one) => one * 1.03));
    expect(failing(observe({ load: off }))).toEqual(['merged percentiles are those of all samples']);
  });

  it('does not where the mean would have done', () => {
    const alike = samples.map(({ numbers }) => ({ numbers, seconds: numbers.map((number) => NEAR + number / 1000) }));
    const load = loadOf(alike.flatMap(({ seconds }) => seconds));
    expect(failing(observe({ load, samples: alike }))).toEqual(['the mean of percentiles would be wrong']);
  });
});

describe('what load-segments is made of', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "surefoot segments' $"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a way that takes longer, there and not back', async () => {
    const server = await serveHttp((_, response) => {
      response.end('ok');
      return 200;
    });
    const way = await startFarWay(new URL(server.url), 300);
    try {
      const [address] = Object.values(way.hosts);
      expect(Object.keys(way.hosts)).toEqual([new URL(server.url).host]);
      const from = performance.now();
      const answer = await fetch(`http://${address}/`);
      expect(await answer.text()).toBe('ok');
      expect(performance.now() - from).toBeGreaterThan(295);
      expect(server.log).toHaveLength(1);
    } finally {
      await way.close();
      await server.close();
    }
  });

  it('has a k6 that keeps its samples, and leads one part another way', async () => {
    // Says what it was started with: what a k6 makes of it is seen in the scenario itself.
    const k6 = path.join(folder, 'k6');
    await writeFile(k6, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    await chmod(k6, 0o755);
    const { program, folder: kept } = await writeWitnessedK6(k6, folder, {
      part: 1,
      of: 3,
      hosts: { '127.0.0.2:80': '127.0.0.1:9' },
    });
    const started = async (...args: string[]) => {
      const environment = minimalEnvironment(process.env);
      const { stdout } = await runProgram(program, args, { environment, timeoutMs: 10_000 });
      return stdout.trim().split('\n');
    };
    expect(await started('version')).toEqual(['version']);
    const near = await started('run', '--execution-segment', '0:1/3', 'a b.ts');
    expect(near.slice(0, -1)).toEqual(['run', '--execution-segment', '0:1/3', 'a b.ts', '--out']);
    expect(near.at(-1)).toMatch(/^json=.*\/\d+\.json$/);
    expect(near.at(-1)?.startsWith(`json=${kept}/`)).toBe(true);
    const far = await started('run', '--execution-segment', '1/3:2/3', 'a b.ts');
    expect(far.at(-2)).toBe('--config');
    expect(JSON.parse(await readFile(far.at(-1) ?? '', 'utf8'))).toEqual({ hosts: { '127.0.0.2:80': '127.0.0.1:9' } });
  });

  it('reads each file as the samples of one k6', async () => {
    const at = (ms: number) => new Date(Date.parse('2026-11-21T10:00:00Z') + ms).toISOString();
    const line = (metric: string, value: number, ms: number) =>
      `${JSON.stringify({ metric, type: 'Point', data: { time: at(ms), value, tags: { status: '200' } } })}\n`;
    await writeFile(path.join(folder, '2.json'), line('sf_start', 1, 0) + line('sf_end', 1, 250));
    await writeFile(
      path.join(folder, '1.json'),
      line('sf_start', 0, 0) + line('sf_start', 2, 100) + line('sf_end', 2, 600),
    );
    await writeFile(path.join(folder, 'far.config'), '{}');
    const [one, two] = await readSamples(folder);
    expect([one?.numbers, two?.numbers]).toEqual([[0, 2], [1]]);
    expect(one?.seconds[0]).toBeCloseTo(0.5);
    expect(two?.seconds).toHaveLength(1);
  });
});

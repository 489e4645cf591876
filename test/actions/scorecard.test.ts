/** The scorecard's inputs as the runner hands them over, and what the step leaves for later ones; then the bundled step as the runner starts it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exitCodeOf } from '../../src/entry/outcome.ts';
import { readCall } from '../../src/github/dispatch.ts';
import { variableOf } from '../../src/github/inputs/read.ts';
import { outputValues } from '../../src/github/outputs.ts';
import { createRecorder } from '../../src/operations/recorder.ts';
import { RUNNER_NODE, runStep } from './runner.ts';

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop } }
services: { web: { ecsService: shop-web, port: 80 } }
---
{ apiVersion: surefoot/v1, kind: Target, name: clean, indicator: secret-findings, comparison: lte, value: 0, unit: count }
`;

it.each([
  ['nothing', 0],
  ['missed', 0],
  ['unknown', 3],
])('fail-on %s ends with %d where all is unknown', async (failOn, code) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scorecard-step-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  await writeFile(at('surefoot.yml'), PLATFORM);
  const inputs = { config: at('surefoot.yml'), 'report-dir': at('reports'), badge: at('badge.svg'), 'fail-on': failOn };
  const call = readCall(
    'scorecard',
    Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value])),
  );
  const silent = () => undefined;
  const outcome = await call.run({
    reporter: { stage: silent, info: silent, warn: silent, progress: silent },
    signal: new AbortController().signal,
    look: { columns: 80, colour: false },
    confirm: async () => true,
  });
  expect(exitCodeOf(outcome)).toBe(code);
  const outputs = outputValues('scorecard', outcome);
  expect(outputs).toMatchObject({
    verdict: 'inconclusive',
    met: '0',
    missed: '0',
    unknown: '1',
    badge: at('badge.svg'),
  });
  expect(JSON.parse(outputs['scorecard'] ?? '')).toMatchObject([{ id: 'clean', production: { state: 'unknown' } }]);
});

const PROMISES = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop, zones: [eu-west-1a, eu-west-1b, eu-west-1c] } }
services: { web: { ecsService: shop-web, port: 80 } }
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
  objectives: [{ target: 0.9995 }]
---
{ apiVersion: surefoot/v1, kind: Target, name: restored, indicator: mttr, comparison: lte, value: 30, unit: minutes }
---
{ apiVersion: surefoot/v1, kind: Target, name: alerts, indicator: alert-precision, comparison: gte, value: 90, unit: percent }
---
{ apiVersion: surefoot/v1, kind: Target, name: resumed, indicator: resume-time, comparison: lte, value: 2, unit: minutes }
`;

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** A workspace with facts in which so many of a hundred alerts told of something, and a rehearsal that resumed in a minute. */
async function workspaceWith(alerts: number): Promise<string> {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scorecard-step-'));
  onTestFinished(() => rm(workspace, { recursive: true }));
  await writeFile(path.join(workspace, 'surefoot.yml'), PROMISES);
  await mkdir(path.join(workspace, 'evidence'));
  const incident = `mttr,${day(3)}T10:00:00Z,${day(3)}T10:20:00Z,,`;
  await writeFile(
    path.join(workspace, 'facts.csv'),
    `indicator,from,to,value,of\n${incident}\nalert-precision,${day(9)},${day(2)},${alerts},100\n`,
  );
  const recorder = createRecorder({
    operation: 'resume',
    title: 'Resume',
    subject: { platform: 'shop', environment: 'prod' },
    rehearsalSpeed: 1,
    tools: [],
    clock: { now: () => new Date(), sleep: async () => undefined },
  });
  recorder.measure({ indicator: 'resume-time', value: 60, unit: 's', method: 'until the services were ready' });
  const record = recorder.finish('pass', [{ code: 'resumed', message: 'resumed' }]);
  await writeFile(path.join(workspace, 'evidence', 'resume.json'), JSON.stringify(record));
  return workspace;
}

const judge = (workspace: string, inputs: Readonly<Record<string, string>>) =>
  runStep({ action: 'scorecard', workspace, with: { evidence: 'evidence', facts: 'facts.csv', ...inputs } });

describe.runIf(RUNNER_NODE !== undefined)('the bundled step', { timeout: 60_000 }, () => {
  it.each([
    ['nothing', 80, 0],
    ['missed', 80, 1],
    ['unknown', 80, 1],
    ['missed', 95, 0],
    ['unknown', 95, 3],
  ])('fail-on %s with %d good alerts of 100 ends with %d', async (failOn, alerts, code) => {
    const end = await judge(await workspaceWith(alerts), { 'fail-on': failOn });
    expect(end.code, end.log).toBe(code);
    const missed = alerts < 90 ? '1' : '0';
    expect(end.outputs).toMatchObject({ missed, met: alerts < 90 ? '1' : '2', unknown: '2' });
    expect(end.outputs['verdict']).toBe(alerts < 90 ? 'fail' : 'inconclusive');
  });

  it('writes a badge with its JSON, the page, and what counts in a column of its own', async () => {
    const workspace = await workspaceWith(80);
    const end = await judge(workspace, { badge: 'badge.svg', 'report-dir': 'page' });
    expect(end.code, end.log).toBe(0);
    expect(await readFile(path.join(workspace, 'badge.svg'), 'utf8')).toMatch(/^<svg [^>]*role="img"/);
    expect(JSON.parse(await readFile(path.join(workspace, 'badge.json'), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      message: expect.stringMatching(/1 missed/),
    });
    expect(end.summary).toContain('In rehearsals');
    // What was rehearsed says nothing of production.
    expect(end.summary).toMatch(/Unknown \| resumed \|.*rehearsal-only.*\| ✅ Met: 60 s/);
    const page = await readFile(end.outputs['report'] ?? '', 'utf8');
    expect(page).toContain('In rehearsals');
    // Of itself alone: the record is in it, and nothing that is fetched or run.
    expect([...page.matchAll(/<(?:script|link|img|iframe)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<script type="application/json" id="evidence">',
    ]);
  });

  it('tells of targets that cannot both be kept', async () => {
    const { summary } = await judge(await workspaceWith(95), {});
    expect(summary).toContain('Targets in conflict');
    expect(summary).toMatch(/availability: 21 min 36 s of outage are left in 30 d, and restored lets one take 30 min/);
  });

  it('compares with the last time', async () => {
    const workspace = await workspaceWith(95);
    const first = await judge(workspace, { 'report-dir': 'first' });
    await writeFile(
      path.join(workspace, 'facts.csv'),
      (await readFile(path.join(workspace, 'facts.csv'), 'utf8')).replace(',95,100', ',80,100'),
    );
    const { code, log, summary } = await judge(workspace, {
      previous: first.outputs['evidence'] ?? '',
      'report-dir': 'second',
    });
    expect(code, log).toBe(0);
    expect(summary).toContain('Since the last time');
    expect(summary).toMatch(/alerts: .*met.*missed/);
  });

  it('refuses facts that it cannot read, at their place', async () => {
    const workspace = await workspaceWith(95);
    await writeFile(
      path.join(workspace, 'facts.csv'),
      'indicator,from,to,value,of\nalert-precison,2026-10-01,2026-10-02,1,2\n',
    );
    const end = await judge(workspace, {});
    expect([end.code, end.outputs['verdict'] ?? '']).toEqual([2, '']);
    expect(end.log).toMatch(/facts\.csv.*alert-precison/);
  });
});

/** `surefoot scorecard` from end to end: files in, page, badge, JSON and exit code out. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { EVIDENCE_VERSION } from '../../src/report/words.ts';
import { surefoot } from './surefoot.ts';

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop } }
services: { web: { ecsService: shop-web, port: 80 } }
---
{ apiVersion: surefoot/v1, kind: Target, name: precise, indicator: alert-precision, comparison: gte, value: 90, unit: percent }
---
{ apiVersion: surefoot/v1, kind: Target, name: clean, indicator: secret-findings, comparison: lte, value: 0, unit: count }
`;

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
const today = () => day(0).slice(0, 10);

const gate = (secrets: number) =>
  JSON.stringify(
    evidenceSchema.parse({
      version: EVIDENCE_VERSION,
      operation: 'gate',
      title: 'gate',
      subject: { platform: 'shop' },
      rehearsal: false,
      speed: 1,
      startedAt: day(1),
      finishedAt: day(1),
      verdict: 'pass',
      reasons: [{ code: 'done', message: 'done' }],
      measurements: [{ indicator: 'secret-findings', value: secrets, unit: 'findings', method: 'counted' }],
      events: [],
      checks: [],
      series: [],
      tools: [],
    }),
  );

const alerts = (good: number) =>
  `indicator,from,to,value,of\nalert-precision,${day(5).slice(0, 10)},${today()},${good},100\n`;

function scorecard(...args: string[]) {
  return surefoot(['scorecard', '--config', at('surefoot.yml'), '--report-dir', at('out'), ...args]);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scorecard-'));
  await mkdir(at('evidence', 'of', 'gate'), { recursive: true });
  await writeFile(at('surefoot.yml'), PLATFORM);
  await writeFile(at('evidence', 'of', 'gate', 'gate.json'), gate(0));
  await writeFile(at('evidence', 'audit.json'), '{"version":"surefoot/audit/v1"}');
  await writeFile(at('facts.csv'), alerts(95));
  await writeFile(at('poor.csv'), alerts(80));
});
afterAll(() => rm(folder, { recursive: true }));

describe('surefoot scorecard', () => {
  it('ends with 0 when all is met, and leaves page, Markdown, evidence and badge', async () => {
    const run = await scorecard(
      '--evidence',
      at('evidence'),
      '--facts',
      at('facts.csv'),
      '--fail-on',
      'unknown',
      '--badge',
      at('badge.svg'),
      '--json',
    );
    expect(run.code, run.stderr).toBe(0);
    const json = JSON.parse(run.stdout);
    expect(json).toMatchObject({ operation: 'scorecard', verdict: 'pass', met: 2, missed: 0, unknown: 0 });
    const record = evidenceSchema.parse(JSON.parse(await readFile(json.evidence, 'utf8')));
    expect(record.scorecard?.rows.map(({ id }) => id)).toEqual(['precise', 'clean']);
    expect(await readFile(json.evidence.replace('.json', '.html'), 'utf8')).toContain('95 of 100');
    expect(await readFile(json.evidence.replace('.json', '.md'), 'utf8')).toContain('95 of 100');
    expect(await readFile(at('badge.svg'), 'utf8')).toContain('2 met');
    expect(JSON.parse(await readFile(at('badge.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      label: 'targets in prod',
      message: '2 met',
      color: 'brightgreen',
    });
  });

  it.each([
    ['missed', 'poor.csv', 'nothing', 0, 'fail'],
    ['missed', 'poor.csv', 'missed', 1, 'fail'],
    ['missed', 'poor.csv', 'unknown', 1, 'fail'],
    ['unknown', undefined, 'nothing', 0, 'inconclusive'],
    ['unknown', undefined, 'missed', 0, 'inconclusive'],
    ['unknown', undefined, 'unknown', 3, 'inconclusive'],
  ])('with a target %s (%s), --fail-on %s ends with %d and says %s', async (_, facts, failOn, code, verdict) => {
    const given = facts === undefined ? [] : ['--facts', at(facts)];
    const run = await scorecard('--evidence', at('evidence'), ...given, '--fail-on', failOn, '--json');
    expect([run.code, JSON.parse(run.stdout).verdict], run.stderr).toEqual([code, verdict]);
  });

  it('shows what changed since the scorecard that is named', async () => {
    const before = await scorecard('--evidence', at('evidence'), '--facts', at('facts.csv'), '--json');
    await copyFile(JSON.parse(before.stdout).evidence, at('before.json'));
    const run = await scorecard(
      '--evidence',
      at('evidence'),
      '--facts',
      at('poor.csv'),
      '--previous',
      at('before.json'),
    );
    expect(run.stdout).toContain('precise: met → missed');
    const wrong = await scorecard(
      '--evidence',
      at('evidence'),
      '--previous',
      at('evidence', 'of', 'gate', 'gate.json'),
    );
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('is of surefoot gate')]);
  });

  it('measures delivery of a clone first, and says that there is no SLO to read', async () => {
    const clone = at('clone');
    await mkdir(clone);
    for (const args of [
      ['init', '-q'],
      ['commit', '-q', '--allow-empty', '-m', 'Begin'],
      ['tag', '-am', 'v1', 'v1'],
    ]) {
      const own = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
      await promisify(execFile)('git', [...own, ...args], { cwd: clone });
    }
    const target = '{ apiVersion: surefoot/v1, kind: Target, name: often, indicator: deployment-frequency, ';
    await writeFile(
      at('often.yml'),
      `${PLATFORM}---\n${target}comparison: gte, value: 1, unit: per-day, window: 90d }\n`,
    );
    const run = await scorecard('--config', at('often.yml'), '--slo', '--dora', clone, '--json');
    expect(run.code, run.stderr).toBe(0);
    const { scorecard: record } = evidenceSchema.parse(
      JSON.parse(await readFile(JSON.parse(run.stdout).evidence, 'utf8')),
    );
    expect(record?.rows.find(({ id }) => id === 'often')?.production.state).toBe('missed');
    expect(record?.caveats.join('\n')).toMatch(/No SLO was read: .*has no SLO of web/);
    expect(evidenceSchema.parse(JSON.parse(await readFile(at('out', 'dora.json'), 'utf8'))).subject).toEqual({
      environment: 'prod',
    });
  });

  it('refuses facts with mistakes, evidence that is broken, and folders that are not there', async () => {
    await writeFile(at('wrong.csv'), 'indicator,from,to,value,of\nalert-precision,2020-01-01,2020-01-02,9,8\n');
    const facts = await scorecard('--evidence', at('evidence'), '--facts', at('wrong.csv'));
    expect([facts.code, facts.stderr]).toEqual([2, expect.stringMatching(/wrong\.csv:2:39 value is 9 of 8/)]);
    await mkdir(at('broken'));
    await writeFile(at('broken', 'gate.json'), gate(0).slice(0, 300));
    const broken = await scorecard('--evidence', at('broken'));
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('is not JSON')]);
    expect((await scorecard('--evidence', at('nowhere'))).code).toBe(2);
    expect((await scorecard('--evidence', at('evidence'), '--badge', at('badge.png'))).code).toBe(2);
  });
});

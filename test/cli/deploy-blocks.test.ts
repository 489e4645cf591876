/** A canary judged by the stream of a load that runs beside it: `load --journal` and `deploy --blocks k6:`, with nothing from CloudWatch. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JudgementRecord } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from '../measure/k6.ts';
import { type DeployLab, evidenceOf, image, startDeployLab } from './deploy-lab.ts';
import { type Running, start } from './surefoot.ts';

const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: beside
description: As long as a deployment takes
start: 40
stages:
  - { duration: 10m, target: 40 }
`;
const PATIENCE_MS = 60_000;

/** What `surefoot judge` says of a file of blocks. */
function rejudge(input: string, { alpha, beta, margin, tolerance }: JudgementRecord) {
  const options = Object.entries({ alpha, beta, margin, tolerance }).map(([name, value]) => `--${name}=${value}`);
  const program = process.env['SUREFOOT_SELF'] ?? path.resolve('.build/cli.cjs');
  const { stdout } = spawnSync(process.execPath, [program, 'judge', '--to-end', ...options], {
    input,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as {
    verdict: string;
    decidedAfterBlocks: number | null;
    metrics: { errors: { logERollback: number } };
    sampleRatio: { logE: number } | null;
  };
}

describeWithK6('a canary judged by the stream of a load', () => {
  let lab: DeployLab;
  let folder: string;
  let load: Running | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-blocks-'));
    await writeFile(path.join(folder, 'beside.yml'), PROFILE);
    lab = await startDeployLab('canary');
  });

  afterAll(async () => {
    load?.child.kill('SIGINT');
    await load?.ended;
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A load with a journal in which the live revision has answered. */
  async function startJournal(name: string): Promise<string> {
    const journal = path.join(folder, name);
    load = start(
      [
        ...['load', '--config', path.resolve('test/cli/platform/surefoot.yml'), '--environment', 'canary'],
        // Health checks, where a load goes to unless told otherwise, never fail.
        ...['--profile', path.join(folder, 'beside.yml'), '--url', new URL('/page', lab.url).href],
        ...['--journal', journal, '--report-dir', folder],
      ],
      { env: { AWS_ENDPOINT_URL: lab.rehearsal.endpoint, SUREFOOT_K6: K6 } },
    );
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await readFile(journal, 'utf8').catch(() => '')).includes('"web-canary:')) {
      if (Date.now() > deadline) {
        load.child.kill('SIGINT');
        throw new Error(`no answer in the journal: ${(await load.ended).stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return journal;
  }

  test('is refused before anything is changed where there is no such journal', async () => {
    const gone = await lab.run('deploy', '--yes', '--image', image('web:2'), '--blocks', 'k6:gone.ndjson');
    expect(gone.end).toEqual([2, null, 'load-journal']);
    const empty = path.join(folder, 'empty.ndjson');
    await writeFile(empty, '');
    const none = await lab.run('deploy', '--yes', '--image', image('web:2'), '--blocks', `k6:${empty}`);
    expect(none.end).toEqual([2, null, 'load-journal']);
    expect(none.result.error?.message).toContain('surefoot load --journal');
    const unknown = await lab.run('deploy', '--yes', '--image', image('web:2'), '--blocks', 'prometheus');
    expect(unknown.end).toEqual([2, null, 'unknown-blocks']);
  });

  test('rolls back on evidence, and its file of blocks gives the same verdict again', {
    timeout: 240_000,
  }, async () => {
    const journal = await startJournal('load.ndjson');
    const run = await lab.run('deploy', '--yes', '--image', image('web:failing'), '--blocks', `k6:${journal}`);
    expect(run.end, run.stderr).toEqual([1, 'fail', 'worse-than-baseline', 'rolled-back']);

    const { judgement } = await evidenceOf(run);
    if (judgement?.journal === undefined) {
      throw new Error('the record names no journal');
    }
    expect(judgement.source).toContain('load.ndjson');
    const file = path.join(path.dirname(run.result.evidence ?? ''), judgement.journal.file);
    const blocks = await readFile(file, 'utf8');
    expect(createHash('sha256').update(blocks).digest('hex')).toBe(judgement.journal.sha256);
    expect(blocks.trimEnd().split('\n')).toHaveLength(judgement.journal.lines);

    const again = rejudge(blocks, judgement);
    const [decision] = judgement.decisions;
    expect(again).toMatchObject({ verdict: 'fail', decidedAfterBlocks: judgement.failedAfterBlocks });
    expect(again.metrics.errors.logERollback).toBe(decision?.logERollback);
    expect(again.sampleRatio?.logE).toBe(decision?.logESampleRatio);
    expect(judgement.arms.baseline.errors).toBe(0);
    expect(judgement.arms.candidate.errors).toBeGreaterThan(0);
  });
});

/**
 * load-matrix.yml, its jobs in their order on this machine: what the first agrees on, the parts as the matrix starts them, their artifacts, and the
 * judgement of the whole.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { parseFileCommand } from '../actions/commands.ts';
import { RUNNER_NODE, runStep } from '../actions/runner.ts';
import { K6 } from '../measure/k6.ts';
import { serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { type Job, readWorkflow, type Step } from './support/files.ts';

const COPY = 'workflows/load-matrix.yml';
const REUSABLE = '.github/workflows/load-matrix.yml';
const here = process.env['CI'] !== undefined || (RUNNER_NODE !== undefined && K6 !== '');

const RATE = 30;
const SECONDS = 4;
const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: matrix
description: A few seconds
start: ${RATE}
stages:
  - { duration: ${SECONDS}s, target: ${RATE} }
`;

/** What expressions may name, as GitHub would have it: `needs.plan.outputs.start-at`, `inputs.profile`. */
type Context = Readonly<Record<string, string>>;

function evaluated(text: unknown, context: Context): string {
  return String(text).replace(/\$\{\{ ([\w.-]+) \}\}/g, (expression, name: string) => {
    const value = context[name];
    if (value === undefined) {
      throw new Error(`the test does not know ${expression}`);
    }
    return value;
  });
}

function withOf(step: Step, context: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(step.with ?? {}).map(([name, value]) => [name, evaluated(value, context)]));
}

function stepOf(job: Job | undefined, which: string): Step {
  const found = job?.steps?.find(({ uses, run }) => (uses ?? run ?? '').includes(which));
  if (found === undefined) {
    throw new Error(`the job has no step with ${which}`);
  }
  return found;
}

/** The first job's step, as GitHub starts a `run` without `shell`: bash -e. */
async function agree(file: string, parts: string, startIn: string) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-agree-'));
  try {
    await writeFile(path.join(folder, 'step.sh'), stepOf(readWorkflow(file).jobs['plan'], 'PARTS').run ?? '');
    const output = path.join(folder, 'output');
    await writeFile(output, '');
    const env = { PATH: process.env['PATH'], PARTS: parts, START_IN: startIn, GITHUB_OUTPUT: output };
    const code = await new Promise<{ code: number | string; log: string }>((resolve) => {
      execFile('bash', ['-e', 'step.sh'], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, log: stdout + stderr }),
      );
    });
    return { ...code, outputs: parseFileCommand(await readFile(output, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.each([COPY, REUSABLE])('%s: what the first job agrees on', (file) => {
  it.each([
    ['2', ['1/2', '2/2']],
    ['3', ['1/3', '2/3', '3/3']],
  ])('is the list of %s parts, and a moment that all of them can keep', async (parts, segments) => {
    const before = Date.now();
    const { code, outputs, log } = await agree(file, parts, '5');
    expect(code, log).toBe(0);
    expect(JSON.parse(outputs['segments'] ?? '')).toEqual(segments);
    const ahead = Date.parse(outputs['start-at'] ?? '') - before;
    expect(Math.abs(ahead - 300_000)).toBeLessThan(10_000);
  });

  it.each([
    ['1', '5', "'1' is no number of parts"],
    ['51', '5', "'51' is no number of parts"],
    ['3; id', '5', "'3; id' is no number of parts"],
    ['$(id)', '5', "'$(id)' is no number of parts"],
    ['3', '1', "'1' is no number of minutes"],
    ['3', '60', "'60' is no number of minutes"],
    ['3', '5 days', "'5 days' is no number of minutes"],
  ])('is nothing with %j parts in %j minutes', async (parts, startIn, why) => {
    const { code, log, outputs } = await agree(file, parts, startIn);
    expect([code, log]).toEqual([1, expect.stringContaining(why)]);
    expect(outputs).toEqual({});
  });
});

describe.runIf(here)('a load from several runners', { timeout: 90_000 }, () => {
  const { plan, part, whole } = readWorkflow(COPY).jobs;
  let folder: string;
  let service: TestServer;
  let aws: Server;
  let endpoint: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-matrix-'));
    service = await serveHttp((_, response) => {
      response.end('ok');
      return 200;
    });
    aws = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    aws.close();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A runner of its own, with the repository checked out. */
  async function checkOut(name: string): Promise<string> {
    const workspace = path.join(folder, name);
    await mkdir(workspace, { recursive: true });
    await writeFile(path.join(workspace, 'surefoot.yml'), platformText({ url: service.url.replace(/\/$/, '') }));
    await writeFile(path.join(workspace, 'matrix.yml'), PROFILE);
    return workspace;
  }

  function load(job: Job | undefined, workspace: string, context: Context) {
    const env = { AWS_ENDPOINT_URL: endpoint, SUREFOOT_K6: K6 };
    const inputs = withOf(stepOf(job, 'actions/load-test'), context);
    return runStep({ action: 'load-test', workspace, with: inputs, env });
  }

  it('is made by all parts together, kept as artifacts, and judged as one', async () => {
    const { outputs } = await agree(COPY, '3', '2');
    expect(plan?.permissions).toEqual({});
    const segments = JSON.parse(outputs['segments'] ?? '[]') as string[];
    const inputs = {
      'inputs.profile': './matrix.yml',
      'inputs.environment': 'dev',
      'inputs.confirm-protected': 'false',
      // Two minutes are long: what was agreed on stands above, this is the same for a machine that has its runners.
      'needs.plan.outputs.start-at': new Date(Date.now() + 15_000).toISOString(),
    };
    const artifacts = path.join(folder, 'artifacts');
    const made = await Promise.all(
      segments.map(async (segment, index) => {
        const context = { ...inputs, 'matrix.segment': segment, 'strategy.job-index': String(index) };
        const workspace = await checkOut(`part-${index}`);
        const end = await load(part, workspace, context);
        const kept = withOf(stepOf(part, 'upload-artifact'), context);
        await mkdir(path.join(artifacts, kept['name'] ?? ''), { recursive: true });
        const file = kept['path'] ?? '';
        await copyFile(path.join(workspace, file), path.join(artifacts, kept['name'] ?? '', path.basename(file)));
        return end;
      }),
    );
    expect(made.map(({ code, log }) => (code === 0 ? 0 : log))).toEqual([0, 0, 0]);

    const workspace = await checkOut('whole');
    const { pattern = '', path: into = '' } = withOf(stepOf(whole, 'download-artifact'), {});
    for (const [index] of segments.entries()) {
      const name = `load-part-${index}`;
      expect(name.startsWith(pattern.replace('*', ''))).toBe(true);
      await mkdir(path.join(workspace, into, name), { recursive: true });
      await copyFile(path.join(artifacts, name, 'load.json'), path.join(workspace, into, name, 'load.json'));
    }
    const end = await load(whole, workspace, inputs);
    expect(end.code, end.log).toBe(0);
    const evidence = evidenceSchema.parse(
      JSON.parse(await readFile(path.join(workspace, '.surefoot/reports/load.json'), 'utf8')),
    );
    const all = RATE * SECONDS;
    expect(evidence.load?.totals).toEqual({ planned: all, ok: all, failed: 0, dropped: 0, interrupted: 0 });
    expect(evidence.load?.segments).toHaveLength(3);
    expect(end.outputs['verdict']).toBe('pass');
    const numbers = service.log.map(({ id }) => Number(id.split('-').at(-1))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: all }, (_, number) => number));
  });
});

it('the copy and the reusable workflow agree on their parts in the same way, with the same rights', () => {
  const [copy, reusable] = [COPY, REUSABLE].map((file) => readWorkflow(file).jobs);
  expect(stepOf(copy?.['plan'], 'PARTS').run).toBe(stepOf(reusable?.['plan'], 'PARTS').run);
  for (const name of ['plan', 'part', 'whole']) {
    expect(copy?.[name]?.permissions).toEqual(reusable?.[name]?.permissions);
  }
});

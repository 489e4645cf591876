/** The nightly action: its issue, on the wire; and the step as the runner starts it, with real k6 on a server of this machine. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runFrom } from '../../src/github/deployments.ts';
import { createIssues } from '../../src/github/issue/issues.ts';
import { NIGHTLY_LABEL, tellNight } from '../../src/github/issue/nightly-issue.ts';
import { type Evidence, evidenceSchema, type Verdict } from '../../src/report/evidence.ts';
import { K6 } from '../measure/k6.ts';
import { serveHttp, type TestServer } from '../measure/servers.ts';
import { platformText } from '../operations/load/lab.ts';
import { type FakeGitHub, startFakeGitHub } from './fake-github.ts';
import { RUNNER_NODE, type StepEnd, startStep } from './runner.ts';

const AT = '2026-11-21T06:00:00.000Z';

/** A night of one experiment. */
function record(verdict: Verdict, more: Partial<Evidence> = {}): Evidence {
  const message = 'back after 9 s; the token was s3cr3t-value';
  const steps = [{ kind: 'experiment', name: 'zone-loss', verdict, code: 'too-slow', message, seconds: 300 } as const];
  return {
    version: 'surefoot/evidence/v1',
    operation: 'nightly',
    title: 'Nightly resilience of dev',
    subject: { platform: 'shop', environment: 'dev' },
    rehearsal: false,
    speed: 1,
    startedAt: AT,
    finishedAt: AT,
    verdict,
    reasons: [{ code: 'night', message: `one ${verdict}` }],
    measurements: [],
    events: [],
    checks: [],
    nights: { nights: [{ at: AT, verdict, steps }] },
    series: [],
    parts: [],
    tools: [],
    ...more,
  };
}

describe('the issue of the nights', () => {
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await startFakeGitHub();
  });
  afterEach(() => github.stop());

  function tell(evidence: Evidence, id = '77.1', more: { cancelled?: boolean } = {}) {
    const run = runFrom(github.env);
    if (run === undefined) {
      throw new Error('no run');
    }
    const redact = (text: string) => text.replaceAll('s3cr3t-value', '***');
    return tellNight({ record: evidence, ...more }, { id, url: run.url }, createIssues('token', run), redact);
  }
  const writes = () => github.calls.filter(({ method }) => method !== 'GET');

  it('is opened when a night fails: the verdict first, then the run, then a row for each experiment; no secret', async () => {
    expect(await tell(record('fail'))).toEqual({ what: 'opened', number: 1 });
    const [issue] = github.issues;
    expect(issue).toMatchObject({
      title: 'Nightly resilience of dev: fail',
      state: 'open',
      labels: [{ name: NIGHTLY_LABEL }],
      body: expect.stringMatching(
        /^## ✗ Fail: Nightly resilience of dev\n\n\[the run\]\(https:\/\/github\.test\/o\/r\/actions\/runs\/77\)/,
      ),
    });
    expect(issue?.body).toMatch(/\| experiment \| zone-loss \| ✗ Fail \|.*back after 9 s; the token was \\?\*/);
    expect(issue?.body).not.toContain('s3cr3t');
  });

  it('is one: later nights that do not pass update it and say so below', async () => {
    await tell(record('fail'), '77.1');
    expect(await tell(record('inconclusive'), '78.1')).toEqual({ what: 'updated', number: 1 });
    expect(github.issues).toHaveLength(1);
    const [issue] = github.issues;
    expect(issue?.title).toBe('Nightly resilience of dev: inconclusive');
    expect(issue?.comments).toEqual([expect.stringContaining('**Inconclusive**: one inconclusive')]);
  });

  it('is told of a run once, however often that is asked for', async () => {
    await tell(record('fail'), '77.1');
    const before = writes().length;
    expect(await tell(record('fail'), '77.1')).toEqual({ what: 'nothing', number: 1 });
    expect(writes()).toHaveLength(before);
    expect((await tell(record('fail'), '77.2')).what).toBe('updated');
  });

  it('is closed by a night that passes; another one is opened when a later one fails', async () => {
    await tell(record('fail'), '77.1');
    expect(await tell(record('pass'), '78.1')).toEqual({ what: 'closed', number: 1 });
    expect(github.issues[0]).toMatchObject({ state: 'closed', comments: [expect.stringContaining('**Pass**')] });
    expect(writes().at(-1)?.body).toEqual({ state: 'closed', state_reason: 'completed' });
    expect(await tell(record('pass'), '79.1')).toEqual({ what: 'nothing', number: undefined });
    expect(await tell(record('fail'), '80.1')).toEqual({ what: 'opened', number: 2 });
  });

  it('is found on whatever page, and never mistaken: for a pull request, another environment, a rehearsal, or one without the label', async () => {
    await tell(record('fail'));
    const body = github.issues[0]?.body ?? '';
    github.issues.splice(0);
    const labels = [{ name: NIGHTLY_LABEL }];
    const other = { title: '', state: 'open' as const, comments: [] };
    github.issues.push(
      { ...other, number: 1, body, labels: [] },
      { ...other, number: 2, body, labels, pull_request: {} },
      ...Array.from({ length: 220 }, (_, index) => ({
        ...other,
        number: index + 3,
        body: 'of no night',
        labels,
        comments: [],
      })),
    );
    await tell(record('fail', { subject: { platform: 'shop', environment: 'prod' } }), '78.1');
    await tell(record('fail', { rehearsal: true, speed: 60 }), '78.1');
    expect(await tell(record('fail'), '78.1')).toEqual({ what: 'opened', number: 225 });
    expect(await tell(record('pass'), '79.1')).toEqual({ what: 'closed', number: 225 });
    expect(github.issues.filter(({ state }) => state === 'closed').map(({ number }) => number)).toEqual([225]);
  });

  it('is not told of nights that were cancelled, nor of what is no night', async () => {
    expect(await tell(record('inconclusive'), '77.1', { cancelled: true })).toEqual({
      what: 'nothing',
      number: undefined,
    });
    expect(await tell(record('fail', { nights: undefined }))).toEqual({ what: 'nothing', number: undefined });
    expect(github.calls).toEqual([]);
  });

  it('is labelled once more where GitHub has dropped the label', async () => {
    github.dropLabels(true);
    await tell(record('fail'));
    expect(writes().map(({ method, path: at }) => `${method} ${at}`)).toEqual([
      'POST /repos/o/r/issues',
      'POST /repos/o/r/issues/1/labels',
    ]);
  });
});

const PROFILE = `apiVersion: surefoot/v1
kind: LoadProfile
name: short
description: A few seconds
start: 10
stages:
  - { duration: 3s, target: 10 }
judge: every-request
`;
const ALWAYS = '[{ from: "00:00", to: "12:00", timezone: UTC }, { from: "12:00", to: "00:00", timezone: UTC }]';

const here = process.env['CI'] !== undefined || (RUNNER_NODE !== undefined && K6 !== '');

describe.runIf(here)('the nightly action', { timeout: 120_000 }, () => {
  let workspace: string;
  let service: TestServer;
  let github: FakeGitHub;
  let aws: { readonly endpoint: string; close(): void };
  let failing = false;

  beforeAll(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-nightly-step-'));
    service = await serveHttp((_, response, index) => {
      const status = failing && index % 2 === 0 ? 500 : 200;
      response.writeHead(status).end();
      return status;
    });
    github = await startFakeGitHub();
    // Stands where AWS would be, and is no rehearsal platform.
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    aws = { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
    await writeFile(path.join(workspace, 'short.yml'), PROFILE);
    await platform(ALWAYS);
  });
  afterAll(async () => {
    aws?.close();
    await github?.stop();
    await service?.close();
    await rm(workspace, { recursive: true, force: true });
  });

  async function platform(windows: string): Promise<void> {
    const environment = `, resilience: { windows: ${windows}, load: short.yml }`;
    const text = platformText({ url: service.url.replace(/\/$/, ''), environment });
    await writeFile(path.join(workspace, 'surefoot.yml'), text);
  }

  async function run(inputs: Readonly<Record<string, string>> = {}, runId = '77'): Promise<StepEnd> {
    const step = await startStep({
      action: 'nightly',
      workspace,
      token: 'ghs_token',
      with: inputs,
      env: {
        AWS_ENDPOINT_URL: aws.endpoint,
        SUREFOOT_K6: K6,
        ...github.env,
        GITHUB_RUN_ID: runId,
        GITHUB_RUN_ATTEMPT: '1',
      },
    });
    return step.ended;
  }
  const night = async (end: StepEnd) =>
    evidenceSchema.parse(JSON.parse(await readFile(end.outputs['evidence'] ?? '', 'utf8')));

  it('fails and opens the issue; the next night passes, closes it and shows both', async () => {
    failing = true;
    const first = await run({ 'report-dir': 'nights/1' });
    expect(first.code, first.log).toBe(1);
    expect(first.outputs).toMatchObject({ verdict: 'fail', 'reason-code': 'night-failed' });
    expect(JSON.parse(first.outputs['steps'] ?? '')).toMatchObject([
      { kind: 'load', name: 'short.yml', verdict: 'fail' },
    ]);
    expect(first.summary).toMatch(/^## ✗ Fail: Nightly resilience of/);
    expect(first.log).toContain('issue #1: opened');
    expect(github.issues[0]?.title).toMatch(/: fail$/);

    failing = false;
    const second = await run({ 'report-dir': 'nights/2', history: 'nights/1\nnights/none' }, '78');
    expect(second.code, second.log).toBe(0);
    expect(second.log).toContain('issue #1: closed');
    expect(github.issues).toMatchObject([{ number: 1, state: 'closed' }]);
    const { nights } = await night(second);
    expect(nights?.nights.map(({ verdict, run: url }) => [verdict, url])).toEqual([
      ['fail', 'https://github.test/o/r/actions/runs/77'],
      ['pass', 'https://github.test/o/r/actions/runs/78'],
    ]);
    expect(nights?.nights[0]?.steps[0]?.availability).toBeLessThan(0.9);
    expect(await readdir(path.join(workspace, 'nights/2'))).toEqual(
      expect.arrayContaining(['load.json', 'load.html', 'nightly.json', 'nightly.html', 'nightly.md']),
    );
    expect(await readFile(path.join(workspace, 'nights/2/nightly.html'), 'utf8')).toContain(
      'Requests lost, night by night',
    );
  });

  it('writes no issue where none is wanted, and goes on where none may be written', async () => {
    failing = true;
    github.calls.length = 0;
    await run({ issue: 'false' });
    expect(github.calls).toEqual([]);
    github.refuseWith({ status: 403, message: 'Resource not accessible by integration' });
    const refused = await run();
    github.refuseWith(undefined);
    expect(refused.code).toBe(1);
    expect(refused.log).toContain('permissions: { issues: write }');
  });

  it('outside its windows begins nothing, and tells nobody but its own run', async () => {
    // An hour that is over, or not yet there.
    const hour = (new Date().getUTCHours() + 12) % 24;
    const text = (one: number) => `"${String(one % 24).padStart(2, '0')}:00"`;
    await platform(`[{ from: ${text(hour)}, to: ${text(hour + 1)}, timezone: UTC }]`);
    github.calls.length = 0;
    service.log.length = 0;
    const end = await run();
    const planned = await run({ 'dry-run': 'true' });
    await platform(ALWAYS);
    expect(end.code, end.log).toBe(2);
    expect(end.outputs['reason-code']).toBe('window-closed');
    expect(planned.code, planned.log).toBe(0);
    expect(planned.log).toContain('nothing may begin now');
    expect(service.log).toEqual([]);
    expect(github.calls).toEqual([]);
  });
});

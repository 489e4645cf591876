/** The scorecard step that reads for itself, as the runner starts it: deliveries from a GitHub on the wire, SLOs from an AWS that refuses. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeGitHub, type FakeRepository, startFakeGitHub } from '../forge/github/fake-github.ts';
import { RUNNER_NODE, runStep, type StepEnd } from './runner.ts';

const PROMISES = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop } }
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
{ apiVersion: surefoot/v1, kind: Target, name: lead, indicator: change-lead-time, comparison: lte, value: 1, unit: days, window: 90d }
---
{ apiVersion: surefoot/v1, kind: Target, name: failing, indicator: change-fail-rate, comparison: lte, value: 90, unit: percent, window: 90d }
---
{ apiVersion: surefoot/v1, kind: Target, name: alerts, indicator: alert-precision, comparison: gte, value: 90, unit: percent }
`;

const sha = (n: number) => String(n).padStart(40, '0');
const iso = (ms: number) => new Date(ms).toISOString();

/** Forty deployments to that environment, one every two days, each of a commit two hours old. */
function deliveries(environment: string): FakeRepository {
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  const at = (n: number) => Date.now() - (41 - n) * 2 * 86_400_000;
  return {
    deployments: numbers.map((n) => ({
      id: n,
      sha: sha(n),
      environment,
      createdAt: iso(at(n)),
      statuses: [{ state: 'SUCCESS', createdAt: iso(at(n)) }],
    })),
    runs: numbers.map((n) => ({
      id: n,
      sha: sha(n),
      conclusion: 'success',
      createdAt: iso(at(n)),
      endedAt: iso(at(n)),
    })),
    commits: numbers.map((n) => ({ sha: sha(n), parents: n === 0 ? [] : [sha(n - 1)], at: iso(at(n) - 7_200_000) })),
    issues: [],
    labels: ['incident'],
  };
}

async function workspaceOf(): Promise<string> {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-scorecard-reads-'));
  onTestFinished(() => rm(workspace, { recursive: true }));
  await writeFile(path.join(workspace, 'surefoot.yml'), PROMISES);
  const day = (ago: number) => iso(Date.now() - ago * 86_400_000).slice(0, 10);
  const facts = `indicator,from,to,value,of\nalert-precision,${day(9)},${day(2)},95,100\n`;
  await writeFile(path.join(workspace, 'facts.csv'), facts);
  return workspace;
}

async function gitHubWith(repository: FakeRepository): Promise<FakeGitHub> {
  const fake = await startFakeGitHub(repository);
  onTestFinished(() => fake.close());
  return fake;
}

/** An AWS that says to every call that it is not allowed. */
async function refusingAws(): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = request.url === '/_surefoot' ? [404, {}] : [400, { message: 'not for you' }];
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'AccessDeniedException' };
    request.resume().on('end', () => response.writeHead(status, headers).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function judge(
  workspace: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<StepEnd> {
  return runStep({
    action: 'scorecard',
    workspace,
    token: 'ghs_job',
    with: { facts: 'facts.csv', 'report-dir': 'page', 'fail-on': 'missed', ...inputs },
    env: { GITHUB_REPOSITORY: 'octo/shop', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', ...env },
  });
}

interface Row {
  readonly id: string;
  readonly production: { readonly state: string; readonly reason: { readonly code: string; readonly message: string } };
}

const statesOf = ({ outputs }: StepEnd) =>
  Object.fromEntries(
    (JSON.parse(outputs['scorecard'] ?? '[]') as Row[]).map(({ id, production }) => [
      id,
      production.state === 'unknown' ? production.reason.code : production.state,
    ]),
  );

describe.runIf(RUNNER_NODE !== undefined)('the bundled step', { timeout: 60_000 }, () => {
  it.each<[string, string, Record<string, string>]>([
    ['of its own environment', 'prod', {}],
    ['of an environment that GitHub calls otherwise', 'production', { 'dora-environment': 'production' }],
    ['by the runs of a workflow', 'none', { 'dora-workflow': 'deploy.yml' }],
  ])(
    'reads deliveries %s with the token of the job, and leaves the evidence beside',
    async (_, environment, inputs) => {
      const github = await gitHubWith(deliveries(environment));
      const workspace = await workspaceOf();
      const end = await judge(
        workspace,
        { dora: 'true', 'dora-incident-label': 'incident', ...inputs },
        { GITHUB_GRAPHQL_URL: github.url, GITHUB_API_URL: github.restUrl },
      );
      expect(end.code, end.log).toBe(0);
      expect(statesOf(end)).toMatchObject({ lead: 'met', failing: 'met', alerts: 'met', availability: 'no-evidence' });
      expect([...github.tokens].filter((token) => !token.endsWith(' ghs_job'))).toEqual([]);
      expect(await readdir(path.join(workspace, 'page'))).toEqual(
        expect.arrayContaining(['dora.html', 'dora.json', 'scorecard.html', 'scorecard.json']),
      );
    },
  );

  it('a GitHub that refuses leaves its targets unknown with its reason, and judges the others', async () => {
    const github = await gitHubWith(deliveries('prod'));
    github.disturb = () => ({ status: 403, body: JSON.stringify({ message: 'Resource not accessible' }) });
    const end = await judge(await workspaceOf(), { dora: 'true' }, { GITHUB_GRAPHQL_URL: github.url });
    expect(end.code, end.log).toBe(0);
    expect(statesOf(end)).toMatchObject({ lead: 'github-refused', failing: 'github-refused', alerts: 'met' });
    expect(end.outputs['verdict']).toBe('inconclusive');
    expect(end.summary).toContain('Resource not accessible');
  });

  it('an AWS that refuses leaves SLOs unknown with the permission that is missing, and judges the others', async () => {
    const workspace = await workspaceOf();
    const end = await judge(workspace, { slo: 'true' }, { AWS_ENDPOINT_URL: await refusingAws() });
    expect(end.code, end.log).toBe(0);
    expect(statesOf(end)).toMatchObject({ availability: 'aws-access-denied', alerts: 'met', lead: 'no-evidence' });
    expect(end.summary).toContain('ecs:DescribeServices');
    expect(await readdir(path.join(workspace, 'page'))).toContain('slo.json');
  });

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ['a folder that is not there', { dora: 'nowhere' }, {}, /`dora:` nowhere is no folder/],
    ['an environment of nothing', { 'dora-environment': 'prod' }, {}, /add `dora:`/],
    ['no workflow', { dora: 'true', 'dora-workflow': 'Deploy' }, {}, /`dora-workflow:` Deploy is no workflow's file/],
    ['no token', { dora: 'true', 'github-token': '' }, {}, /reading deployments needs a token/],
    ['another region', { slo: 'true', region: 'eu-north-1' }, {}, /eu-north-1/],
  ])('%s is a mistake: it ends with 2 and judges nothing', async (_, inputs, env, message) => {
    const end = await judge(await workspaceOf(), inputs, env);
    expect([end.code, end.outputs['verdict'] ?? ''], end.log).toEqual([2, '']);
    expect(end.log).toMatch(message);
  });
});

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { image, type Lab, startLab } from '../survival/lab.ts';
import { untilSettled } from '../survival/soundness.ts';
import { DEPLOYMENT, type FakeGitHub, startFakeGitHub } from './fake-github.ts';
import { describeOnRunner, startLabStep } from './lab-step.ts';
import type { StepOptions } from './runner.ts';

/** As long as GitHub's tokens are since 2026. */
const TOKEN = `ghs_12345_${'eyJhbGciOi.J9_-'.repeat(34)}`;

let lab: Lab;
let github: FakeGitHub;
let version = 1;

/** Starts a deployment of the other version each time, so that there is always something to deploy. */
function start(inputs: Record<string, string> = {}, rest: Partial<StepOptions> = {}) {
  if (inputs['image'] === undefined) {
    version = version === 2 ? 3 : 2;
  }
  return startLabStep(lab, { image: image(String(version)), ...inputs }, { token: TOKEN, env: github.env, ...rest });
}

function statuses(): unknown[] {
  return github.calls
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/statuses'))
    .map(({ body }) => body['state']);
}

describeOnRunner('GitHub deployments', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    lab = await startLab('smoked');
    github = await startFakeGitHub();
  });
  afterAll(async () => {
    await github?.stop();
    await lab?.stop();
  });
  beforeEach(() => {
    github.calls.length = 0;
    github.refuseWith(undefined);
    github.setJobDeployment(undefined);
    lab.proxy.setRule(() => 'pass');
  });

  it('is made when ECS deploys, and ends with the verdict', async () => {
    const end = await (await start()).ended;
    expect(end.code, end.log).toBe(0);
    const made = github.calls.find(({ method, path }) => method === 'POST' && path === '/repos/o/r/deployments');
    expect(made?.authorization).toBe(`token ${TOKEN}`);
    expect(made?.body).toMatchObject({
      ref: github.env['GITHUB_SHA'],
      environment: 'smoked',
      task: 'deploy:web',
      production_environment: false,
      required_contexts: [],
      auto_merge: false,
      payload: { service: 'web', deployment: end.outputs['deployment-arn'] },
    });
    expect(statuses()).toEqual(['in_progress', 'success']);
    const last = github.calls.at(-1);
    expect(last?.path).toBe(`/repos/o/r/deployments/${DEPLOYMENT}/statuses`);
    expect(last?.body).toMatchObject({ log_url: 'https://github.test/o/r/actions/runs/77', auto_inactive: true });
    expect(`${end.log.replace(`::add-mask::${TOKEN}`, '')}${end.summary}`).not.toContain(TOKEN);
  });

  it('ends as failed with a candidate that was given up', async () => {
    const end = await (await start({ image: image('broken') })).ended;
    expect(end.code, end.log).toBe(1);
    expect(statuses()).toEqual(['in_progress', 'failure']);
    expect(String(github.calls.at(-1)?.body['description']).length).toBeLessThanOrEqual(140);
  });

  it('is ended by the post step where the step was cut off', async () => {
    const step = await start();
    await new Promise<void>((resolve) => {
      lab.proxy.setRule(({ operation }) => (operation === 'ContinueServiceDeployment' ? { before: resolve } : 'pass'));
    });
    step.child.kill('SIGKILL');
    await step.ended;
    lab.proxy.setRule(() => 'pass');
    const post = await step.post();
    expect(post.code, post.log).toBe(0);
    expect(statuses()).toEqual(['in_progress', 'error']);
    await untilSettled(lab, 30_000);
  });

  it("is left to GitHub where the job's environment has made one for this run, and only for this run", async () => {
    github.setJobDeployment('77');
    expect((await (await start()).ended).code).toBe(0);
    expect(github.calls.filter(({ method }) => method === 'POST')).toEqual([]);
    github.setJobDeployment('7');
    expect((await (await start()).ended).code).toBe(0);
    expect(statuses()).toEqual(['in_progress', 'success']);
  });

  it.each([
    [401, {}, 'Bad credentials', 'deployments: write'],
    [403, {}, 'Resource not accessible by integration', 'deployments: write'],
    [404, {}, 'Not Found', 'deployments: write'],
    [403, { 'x-ratelimit-remaining': '0' }, 'API rate limit exceeded', 'limits the rate'],
    [429, { 'retry-after': '60' }, 'You have exceeded a secondary rate limit', 'limits the rate'],
    [500, {}, 'Server Error', 'Server Error'],
  ])('is done without when GitHub answers %i %o, which is said once', async (status, headers, message, hint) => {
    github.refuseWith({ status, headers, message });
    const end = await (await start()).ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs['verdict']).toBe('pass');
    expect(end.log.split('the GitHub deployment was not written')).toHaveLength(2);
    expect(end.log).toContain(hint);
    expect(github.calls).toHaveLength(1);
  });

  it.each([
    ['no token', {}, { token: '' }, 'there is no github-token'],
    ['no GitHub', {}, { env: {} }, 'this is no run of GitHub'],
    [
      'a GitHub that cannot be reached',
      {},
      { env: { GITHUB_API_URL: 'http://127.0.0.1:9', GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: 'c0ffee' } },
      'the GitHub deployment was not written',
    ],
  ])('is done without where there is %s', async (_, inputs, rest, said) => {
    const end = await (await start(inputs, rest)).ended;
    expect(end.code, end.log).toBe(0);
    expect(end.log.split(said)).toHaveLength(2);
    expect(github.calls).toEqual([]);
  });

  it('is not made, and nothing is said, where it is not wanted', async () => {
    const end = await (await start({ 'github-deployment': 'false' })).ended;
    expect(end.code, end.log).toBe(0);
    expect(end.log).not.toContain('GitHub deployment');
    expect(github.calls).toEqual([]);
  });
});

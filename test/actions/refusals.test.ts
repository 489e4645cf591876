/** What a step refuses, and what AWS refuses it: one clear message, and nothing changed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { image, type Lab, startLab } from '../survival/lab.ts';
import { leftovers, unsoundness } from '../survival/soundness.ts';
import { type Disguise, disguise } from './disguise.ts';
import { describeOnRunner, startLabStep } from './lab-step.ts';
import { runStep, type StepEnd, type StepOptions } from './runner.ts';

let lab: Lab;
let aws: Disguise;

async function run(inputs: Record<string, string>, rest: Partial<StepOptions> = {}): Promise<StepEnd> {
  return (await startLabStep(lab, inputs, rest)).ended;
}

function errorOf(end: StepEnd): string {
  const errors = end.commands.filter(({ name }) => name === 'error');
  expect(errors, end.log).toHaveLength(1);
  return errors[0]?.data ?? '';
}

describeOnRunner('a step', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    lab = await startLab('smoked');
    aws = await disguise(lab.rehearsal.endpoint);
  });
  afterAll(async () => {
    await aws?.stop();
    await lab?.stop();
  });

  it('names every wrong and every unknown input in one message, and asks AWS nothing', async () => {
    lab.proxy.setRule(() => 'pass');
    const end = await run({
      command: 'destroy',
      'dry-run': 'yes',
      'allowed-account-ids': '12345',
      dry_run: 'true',
      servise: 'web',
      image: image('2'),
    });
    expect(end.code).toBe(2);
    const message = errorOf(end);
    expect(message).toContain('5 inputs are wrong; nothing was changed');
    expect(message).toContain('command is "destroy"; it must be one of deploy, plan, rollback, status');
    expect(message).toContain('dry-run is "yes"; it must be true or false');
    expect(message).toContain('allowed-account-ids is "12345"; it must be account numbers of 12 digits');
    expect(message).toContain('there is no input dry_run; did you mean dry-run?');
    expect(message).toContain('there is no input servise; did you mean service?');
    expect(end.outputs).toEqual({ reason: expect.stringContaining('5 inputs are wrong'), 'reason-code': 'bad-inputs' });
    expect(end.summary).toContain('## ⛔ Error: deploy');
    expect(lab.proxy.calls()).toEqual([]);
  });

  it('needs a command where there is none by itself, and an operation at the root', async () => {
    const manage = await run({ desired: '-1' }, { action: 'ecs-manage' });
    expect(errorOf(manage)).toContain('command is missing');
    expect(errorOf(manage)).toContain('desired is "-1"; it must be a whole number of at least 0');
    const root = await run({ timeout: 'soon', typo: 'x' }, { action: 'root' });
    expect(errorOf(root)).toContain('3 inputs are wrong');
    expect(errorOf(root)).toContain('operation is missing');
  });

  it('refuses inputs that mean nothing for the command or the operation', async () => {
    const plan = await run({ command: 'status', image: image('2') });
    expect(errorOf(plan)).toContain('image has no meaning for status, only for deploy, plan');
    const root = await run({ operation: 'deploy', command: 'plan', image: image('2'), job: 'x' }, { action: 'root' });
    expect(errorOf(root)).toContain('job is not an input of deploy');
  });

  it('names every problem of the platform file at its place', async () => {
    const end = await runStep({
      workspace: process.cwd(),
      with: { config: 'test/actions/fixtures/broken.yml', image: image('2') },
    });
    expect(end.code).toBe(2);
    const places = end.commands.filter(({ name }) => name === 'error').map(({ properties }) => properties);
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
      expect(place).toMatchObject({ file: 'test/actions/fixtures/broken.yml', line: expect.stringMatching(/^\d+$/) });
    }
    expect(end.summary).toContain('| Where | What | Write |');
  });

  it('refuses another region than the platform file names', async () => {
    const end = await run({ command: 'status', region: 'eu-west-1' });
    expect(end.code).toBe(2);
    expect(errorOf(end)).toMatch(/says that smoked is in eu-central-1, but the input region says eu-west-1/);
    const byEnvironment = await run({ command: 'status' }, { env: { AWS_REGION: 'us-east-1' } });
    expect(errorOf(byEnvironment)).toContain('AWS_REGION says us-east-1');
    expect((await run({ command: 'status', region: 'eu-central-1' })).code).toBe(0);
  });

  it('works only in accounts that are allowed', async () => {
    const env = {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
    };
    const refused = await run({ command: 'status', 'allowed-account-ids': '111111111111, 222222222222' }, { env });
    expect(refused.code).toBe(2);
    expect(errorOf(refused)).toContain(
      'account 000000000000, which is not among the allowed accounts 111111111111, 222222222222',
    );
    const allowed = await run({ command: 'status', 'allowed-account-ids': '000000000000' }, { env });
    expect(allowed.code, allowed.log).toBe(0);
  });

  it('sends nothing to another machine unless that is switched on', async () => {
    // The same machine under a name that is not taken for it.
    const elsewhere = lab.proxy.endpoint.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI' };
    lab.proxy.setRule(() => 'pass');
    const refused = await run({ command: 'status' }, { env: { ...credentials, AWS_ENDPOINT_URL: elsewhere } });
    expect(refused.code).toBe(2);
    expect(errorOf(refused)).toContain('set allow-endpoint-override to true');
    const oneService = { ...credentials, AWS_ENDPOINT_URL: aws.endpoint, AWS_ENDPOINT_URL_ECS: elsewhere };
    const refusedToo = await run({ command: 'status' }, { env: oneService });
    expect(refusedToo.code, refusedToo.log).toBe(2);
    expect(errorOf(refusedToo)).toContain('which is neither AWS nor this machine');
    expect(lab.proxy.calls()).toEqual([]);
    const meant = await run(
      { command: 'status', 'allow-endpoint-override': 'true' },
      { env: { ...credentials, AWS_ENDPOINT_URL: elsewhere } },
    );
    expect(meant.code, meant.log).toBe(0);
    expect(lab.proxy.calls()).not.toEqual([]);
  });

  it('says which permission is missing', async () => {
    lab.proxy.setRule(({ operation }) => (operation === 'UpdateService' ? 'deny' : 'pass'));
    const step = await startLabStep(lab, { image: image('2') });
    const end = await step.ended;
    expect(end.code).toBe(4);
    expect(errorOf(end)).toContain('the caller needs the permission ecs:UpdateService');
    expect(end.outputs).toMatchObject({ 'reason-code': 'aws-access-denied' });
    expect(end.outputs['verdict']).toBeUndefined();
    lab.proxy.setRule(() => 'pass');
    expect((await step.post()).code).toBe(0);
    expect([await unsoundness(lab), await leftovers(lab)]).toEqual([[], []]);
  });

  it('says that AWS throttles, or fails', async () => {
    lab.proxy.setRule(({ operation }) => (operation === 'DescribeServices' ? 'throttle' : 'pass'));
    const throttled = await run({ command: 'status' });
    expect(throttled.code).toBe(4);
    expect(errorOf(throttled)).toMatch(/ecs:DescribeServices: Rate exceeded \(still throttled after the retries\)/);
    lab.proxy.setRule(({ operation }) => (operation === 'DescribeServices' ? 'break' : 'pass'));
    const broken = await run({ command: 'status' });
    expect(broken.code).toBe(4);
    expect(errorOf(broken)).toContain('ecs:DescribeServices: Service Unavailable');
    lab.proxy.setRule(() => 'pass');
  });

  it('says where it looked when nothing answers there', async () => {
    const end = await run({ command: 'status' }, { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
    expect(end.code).toBe(2);
    expect(errorOf(end)).toContain('nothing answers at AWS_ENDPOINT_URL http://127.0.0.1:9');
  });
});

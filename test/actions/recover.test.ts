/** The recover action as the runner starts it, against moto: a dry run, a refusal, a drill and a restore. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MotoServer, startMotoServer } from '../contract/support/moto-server.ts';
import { pythonOrReason } from '../contract/support/python.ts';
import { describeOnRunner } from './lab-step.ts';
import { type StepEnd, type StepOptions, startStep } from './runner.ts';

const CONFIG = path.resolve('test/operations/recover/platform/surefoot.yml');
const Bucket = 'state-dev';
const Key = 'env/dev/terraform.tfstate';
const found = await pythonOrReason('moto');
const stateOf = (serial: number) => JSON.stringify({ version: 4, serial, lineage: 'one', resources: [] });

let moto: MotoServer;
let s3: S3Client;
let workspace: string;
let good: string;

function run(inputs: Readonly<Record<string, string>>, action: StepOptions['action'] = 'recover'): Promise<StepEnd> {
  const env = { AWS_ENDPOINT_URL: moto.endpoint, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' };
  const given = { config: CONFIG, environment: 'dev', command: 'terraform-state', bucket: 'state-{environment}' };
  return startStep({ action, workspace, with: { ...given, key: Key, ...inputs }, env }).then(({ ended }) => ended);
}

const versions = async () => (await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? [];

const describeHere = 'skipped' in found ? describe.skip : describeOnRunner;

describeHere(`the recover action${'skipped' in found ? ` (${found.skipped})` : ''}`, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    moto = await startMotoServer('python' in found ? found.python : '');
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-recover-step-'));
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
    s3 = new S3Client({ region: 'eu-central-1', endpoint: moto.endpoint, credentials });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    good = (await s3.send(new PutObjectCommand({ Bucket, Key, Body: stateOf(1) }))).VersionId ?? '';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'rubbish' }));
  }, 120_000);
  afterAll(async () => {
    s3?.destroy();
    await moto?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  it('shows the plan, and changes nothing', async () => {
    const end = await run({ 'version-id': good, 'dry-run': 'true' });
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'planned' });
    expect(JSON.parse(end.outputs['steps'] ?? '')).toHaveLength(1);
    expect(await versions()).toHaveLength(2);
  });

  it('refuses values of another procedure, in the words of a workflow', async () => {
    const end = await run({ table: 't', weights: '100' });
    expect([end.code, end.outputs['reason-code']]).toEqual([2, 'bad-inputs']);
    const [error] = end.commands.filter(({ name }) => name === 'error');
    expect(error?.data).toContain('table has no meaning for terraform-state');
    expect(error?.data).toContain('weights has no meaning for terraform-state');
  });

  it('drills, then restores, with times and the journal as outputs, by the root action too', async () => {
    const drilled = await run({ 'version-id': good, drill: 'true' });
    expect(drilled.code, drilled.log).toBe(0);
    expect(drilled.outputs['reason-code']).toBe('drilled');
    expect(await versions()).toHaveLength(2);
    const restored = await run({ 'version-id': good, operation: 'recover' }, 'root');
    expect(restored.code, restored.log).toBe(0);
    expect(restored.outputs).toMatchObject({
      verdict: 'pass',
      'reason-code': 'recovered',
      rto: expect.stringMatching(/^[\d.]+$/),
    });
    expect(await readFile(restored.outputs['journal'] ?? '', 'utf8')).toContain('"verified"');
    expect(restored.summary).toMatch(/Pass/);
    expect(await versions()).toHaveLength(3);
  });
});

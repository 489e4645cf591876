/** `surefoot recover` as people start it, against moto: exit codes, plan, journal, evidence, and values that do not belong. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { surefoot } from '../../cli/surefoot.ts';
import { type MotoServer, startMotoServer } from '../../contract/support/moto-server.ts';
import { pythonOrReason } from '../../contract/support/python.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const FILE = path.resolve('test/operations/recover/platform/surefoot.yml');
const found = await pythonOrReason('moto');
const stateOf = (serial: number) => JSON.stringify({ version: 4, serial, lineage: 'one-lineage', resources: [] });

describe.skipIf('skipped' in found)(`surefoot recover${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let moto: MotoServer;
  let s3: S3Client;
  let reports: string;
  let good: string;

  beforeAll(async () => {
    moto = await startMotoServer('python' in found ? found.python : '');
    reports = await mkdtemp(path.join(os.tmpdir(), 'surefoot-recover-'));
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
    s3 = new S3Client({ region: 'eu-central-1', endpoint: moto.endpoint, credentials });
    const Bucket = 'state-prod';
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const Key = 'env/prod/terraform.tfstate';
    good = (await s3.send(new PutObjectCommand({ Bucket, Key, Body: stateOf(1) }))).VersionId ?? '';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'rubbish' }));
  });

  afterAll(async () => {
    s3.destroy();
    await moto.stop();
    await rm(reports, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    surefoot(['recover', ...args, '--config', FILE, '--report-dir', reports, '--json'], {
      env: { AWS_ENDPOINT_URL: moto.endpoint, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' },
    });
  const STATE = ['terraform-state', '-e', 'prod', '--bucket', 'state-{environment}'];
  const KEY = ['--key', 'env/{environment}/terraform.tfstate'];

  async function current(): Promise<string | undefined> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'state-prod', Key: 'env/prod/terraform.tfstate' }));
    return Body?.transformToString();
  }

  it.each<[string, string[], string, RegExp]>([
    ['an unknown procedure', ['terraform-stat'], 'unknown-procedure', /Did you mean terraform-state\?/],
    ['what is missing', STATE, 'bad-values', /terraform-state needs --key/],
    [
      "another procedure's value",
      [...STATE, ...KEY, '--table', 't'],
      'bad-values',
      /--table is not a value of terraform-state/,
    ],
    [
      'a time without a zone',
      ['s3-restore', '-e', 'dev', '--bucket', 'b', '--prefix', '', '--at', 'noon'],
      'bad-values',
      /--at is "noon"/,
    ],
    [
      'two origins',
      ['dynamodb-restore', '-e', 'dev', '--table', 't', '--at', 'latest', '--backup', 'x'],
      'bad-values',
      /either --at .* or --backup/,
    ],
    [
      'an item that is none',
      ['dynamodb-restore', '-e', 'dev', '--table', 't', '--at', 'latest', '--item', '{"id":7}'],
      'bad-item',
      /DynamoDB's JSON/,
    ],
    ['to keep what no drill made', [...STATE, ...KEY, '--keep'], 'bad-values', /add --drill/],
    ['no version, and lists them', [...STATE, ...KEY, '--dry-run'], 'version-needed', /serial 1, lineage one-lineage/],
    ['to change anything without being told', [...STATE, ...KEY, '--version-id', 'GOOD'], 'nobody-to-ask', /add --yes/],
  ])('refuses %s', async (_, args, code, message) => {
    const { code: exit, stdout } = await run(...args.map((arg) => (arg === 'GOOD' ? good : arg)));
    const { error, verdict } = JSON.parse(stdout);
    expect([exit, verdict, error.code]).toEqual([2, null, code]);
    expect(error.message).toMatch(message);
    expect(await current()).toBe('rubbish');
    expect((await readdir(reports)).filter((name) => name.includes('journal'))).toEqual([]);
  });

  it('shows the plan, drills, restores, and has nothing left to do', async () => {
    const planned = await run(...STATE, ...KEY, '--version-id', good, '--dry-run');
    expect([planned.code, JSON.parse(planned.stdout).steps.length]).toEqual([0, 1]);

    const drilled = await run(...STATE, ...KEY, '--version-id', good, '--drill', '--yes');
    expect([drilled.code, JSON.parse(drilled.stdout).reasons[0].code]).toEqual([0, 'drilled']);
    expect(await current()).toBe('rubbish');

    const restored = JSON.parse(
      (await run(...STATE, ...KEY, '--version-id', good, '--yes', '--reason', 'a bad apply')).stdout,
    );
    expect([restored.verdict, restored.reasons[0].code]).toEqual(['pass', 'recovered']);
    expect(await current()).toBe(stateOf(1));
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(restored.evidence, 'utf8')));
    expect(evidence.subject).toEqual({ platform: 'recovered', environment: 'prod' });
    expect(evidence.events[0]).toMatchObject({ kind: 'note', label: 'asked for', detail: 'a bad apply' });
    const journal = (await readFile(restored.journal, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).what);
    expect(journal).toEqual(['begin', 'before', 'after', 'verified', 'end']);

    const again = JSON.parse((await run(...STATE, ...KEY, '--version-id', good, '--yes')).stdout);
    expect(again.reasons[0].code).toBe('nothing-to-do');
  });
});

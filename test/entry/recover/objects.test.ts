/** `surefoot recover s3-restore` as people start it, against moto: killed before and after calls that change something, and started again. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { start } from '../../cli/surefoot.ts';
import { type MotoServer, startMotoServer } from '../../contract/support/moto-server.ts';
import { pythonOrReason } from '../../contract/support/python.ts';
import { exportBucket } from '../../operations/recover/exports.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const FILE = path.resolve('test/operations/recover/platform/surefoot.yml');
const found = await pythonOrReason('moto');
const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
const THEN = { 'docs/a.txt': 'a', 'docs/b.txt': 'b', 'docs/c.txt': 'c' };

describe.skipIf('skipped' in found)(
  `surefoot recover s3-restore${'skipped' in found ? ` (${found.skipped})` : ''}`,
  () => {
    let moto: MotoServer;
    let proxy: Server;
    let s3: S3Client;
    let root: string;
    let buckets = 0;
    /** Called around each call that changes something, with its number. */
    let strike: (change: number, when: 'before' | 'after') => void = () => undefined;
    let changes = 0;

    beforeAll(async () => {
      moto = await startMotoServer('python' in found ? found.python : '');
      root = await mkdtemp(path.join(os.tmpdir(), 'surefoot-objects-'));
      s3 = new S3Client({ region: 'eu-central-1', endpoint: moto.endpoint, credentials, forcePathStyle: true });
      proxy = createServer((request, response) => void forward(request, response));
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });

    afterAll(async () => {
      s3?.destroy();
      proxy?.close();
      await moto?.stop();
      await rm(root, { recursive: true, force: true });
    });

    async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
      }
      const changing = request.method !== 'GET' && request.method !== 'HEAD';
      changes += changing ? 1 : 0;
      const mine = changes;
      if (changing) {
        strike(mine, 'before');
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const body = Buffer.concat(chunks);
      const answered = await fetch(`${moto.endpoint}${request.url}`, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body.length === 0 ? {} : { body }),
      });
      const bytes = Buffer.from(await answered.arrayBuffer());
      if (changing) {
        strike(mine, 'after');
      }
      const { 'content-encoding': ____, 'transfer-encoding': _____, ...rest } = Object.fromEntries(answered.headers);
      response.writeHead(answered.status, { ...rest, 'content-length': bytes.length }).end(bytes);
    }

    /** Three objects are as they were at `at`, and then deleted or overwritten. */
    async function disaster() {
      buckets += 1;
      const Bucket = `objects-${buckets}`;
      const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      for (const [Key, Body] of Object.entries(THEN)) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      }
      // S3 counts whole seconds.
      await sleep(1100);
      const at = new Date().toISOString();
      await sleep(1100);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'docs/a.txt' }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'docs/b.txt' }));
      await s3.send(new PutObjectCommand({ Bucket, Key: 'docs/c.txt', Body: 'encrypted' }));
      const args = ['s3-restore', '-e', 'dev', '--bucket', Bucket, '--prefix', 'docs/', '--at', at];
      return { Bucket, args, reports: path.join(root, Bucket) };
    }

    async function now(Bucket: string): Promise<Record<string, string>> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      const read = Contents.map(async ({ Key = '' }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return [Key, (await Body?.transformToString()) ?? ''] as const;
      });
      return Object.fromEntries(await Promise.all(read));
    }

    const versions = async (Bucket: string) =>
      ((await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? []).length;

    function recover(args: readonly string[], reports: string) {
      changes = 0;
      const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const where = ['--config', FILE, '--report-dir', reports, '--yes', '--json'];
      return start(['recover', ...args, ...where], {
        env: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' },
      });
    }

    async function killed(args: readonly string[], reports: string, change: number, when: 'before' | 'after') {
      const first = recover(args, reports);
      strike = (number, moment) => {
        if (number === change && moment === when) {
          first.child.kill('SIGKILL');
        }
      };
      expect((await first.ended).code).toBe(null);
      strike = () => undefined;
      const { code, stdout, stderr } = await recover(args, reports).ended;
      expect(code, stdout + stderr).toBe(0);
      const result = JSON.parse(stdout) as { reasons: { code: string }[]; journal: string };
      const journal = await readFile(result.journal, 'utf8');
      expect([journal.match(/"what":"begin"/g)?.length, journal.match(/"what":"resume"/g)?.length]).toEqual([1, 1]);
      return result.reasons[0]?.code;
    }

    it.each([
      [1, 'before'],
      [1, 'after'],
      [2, 'after'],
      [3, 'after'],
    ] as const)('is killed at change %i (%s it), and the same command brings all back', async (change, when) => {
      const { Bucket, args, reports } = await disaster();
      const before = await versions(Bucket);
      expect(await killed(args, reports, change, when)).toBe('recovered');
      expect(await now(Bucket)).toEqual(THEN);
      // One was overwritten, and is copied once; of what was deleted only the delete marker goes.
      expect((await versions(Bucket)) - before).toBe(1);
    });

    it.each([2, 4])(
      'is killed at change %i of a drill, and the same command leaves every byte as it was',
      async (change) => {
        const { Bucket, args, reports } = await disaster();
        const before = await exportBucket({ s3 }, Bucket);
        expect(await killed([...args, '--drill'], reports, change, 'after')).toBe('drilled');
        expect(await exportBucket({ s3 }, Bucket)).toBe(before);
      },
    );
  },
);

/** `chaos plan` against moto's server: it repeats skip-all in its answer, and runs the actions all the same. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evidenceSchema } from '../../../../src/report/evidence.ts';
import { surefoot } from '../../../cli/surefoot.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const found = await pythonOrReason('moto');

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev: { region: ca-central-1, cluster: main, zones: [ca-central-1a] }
services:
  web: { ecsService: web, port: 8000 }
`;
const EXPERIMENT = `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: reboot }
template:
  description: A database is rebooted
  roleArn: arn:aws:iam::123456789012:role/fis
  stopConditions: [{ source: aws:cloudwatch:alarm, value: 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:stop' }]
  targets:
    dbs: { resourceType: aws:rds:db, resourceArns: ['arn:aws:rds:ca-central-1:123456789012:db:orders'], selectionMode: ALL }
  actions:
    reboot: { actionId: aws:rds:reboot-db-instances, targets: { DBInstances: dbs } }
  logConfiguration: { cloudWatchLogsConfiguration: { logGroupArn: 'arn:aws:logs:ca-central-1:123456789012:log-group:/fis:*' }, logSchemaVersion: 2 }
load: { profile: failover }
irreversible: true
`;

describe.skipIf('skipped' in found)(`moto's FIS${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let folder: string;
  let stop: () => Promise<void>;
  let endpoint: string;
  const bodies: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-moto-fis-'));
    await writeFile(path.join(folder, 'surefoot.yml'), PLATFORM);
    await writeFile(path.join(folder, 'reboot.yml'), EXPERIMENT);
    const moto = await startMoto('python' in found ? found.python : '');
    const gate = await startGate(moto.port);
    endpoint = gate.endpoint;
    stop = async () => {
      await gate.close();
      await moto.stop();
    };
  });
  afterAll(async () => {
    await stop?.();
    await rm(folder, { recursive: true, force: true });
  });

  /** moto has no safety lever: the gate answers for it, and writes down every start of an experiment. */
  async function startGate(port: number) {
    const server = createServer(async (incoming, outgoing) => {
      const { method, url = '', headers } = incoming;
      const body = await text(incoming);
      if (url.startsWith('/safetyLevers/')) {
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.end('{"safetyLever":{"id":"default","state":{"status":"disengaged"}}}');
        return;
      }
      if (method === 'POST' && url === '/experiments') {
        bodies.push(body);
      }
      const passed = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.once('error', () => outgoing.destroy());
      passed.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      },
    };
  }

  it('is caught running an action, is stopped, and the plan fails; nothing is left', async () => {
    const { code, stdout, stderr } = await surefoot(
      ['chaos', 'plan', 'reboot.yml', '--report-dir', 'reports', '--json'],
      { cwd: folder, env: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' } },
    );
    expect(code, stderr).toBe(1);
    const { verdict, reasons, evidence } = JSON.parse(stdout);
    expect([verdict, reasons[0].code]).toEqual(['fail', 'dry-run-not-dry']);
    expect(reasons[0].message).toMatch(/it said skip-all, but the action reboot is (?:running|completed)/);
    expect(evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8'))).experiment?.dryRun).toBeUndefined();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('"experimentOptions":{"actionsMode":"skip-all"}');
    const left = await fetch(`${endpoint}/experimentTemplates`, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=moto/20261121/ca-central-1/fis/aws4_request' },
    });
    expect(await left.json()).toEqual({ experimentTemplates: [] });
  });
});

async function startMoto(python: string): Promise<{ port: number; stop(): Promise<void> }> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const deadline = Date.now() + 90_000;
  while (!(await fetch(`http://127.0.0.1:${port}/moto-api/data.json`).catch(() => undefined))?.ok) {
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`moto's server did not start (exit code ${server.exitCode})`);
    }
    await sleep(200);
  }
  return {
    port,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    },
  };
}

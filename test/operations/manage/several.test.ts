/** Several services at once: planned together, refused together, and each with an outcome of its own. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import { start } from '../../cli/surefoot.ts';
import { AWAKE, describeService, FILE, type Lab, PAUSED, snapshot, startLab } from './lab.ts';

vi.setConfig({ testTimeout: 180_000 });

let lab: Lab;
let file: string;

/** A worker beside the web service: no load balancer, no scalable target. */
beforeAll(async () => {
  lab = await startLab();
  const web = await describeService(lab);
  await lab.rehearsal.wire.call('ecs', 'CreateService', {
    cluster: lab.target.cluster,
    serviceName: 'worker-dev',
    taskDefinition: web.taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: web.networkConfiguration,
  });
  await vi.waitFor(async () => expect(await worker()).toMatchObject([1, 1]), { timeout: 60_000, interval: 250 });
  file = path.join(lab.workDirectory, 'surefoot.yml');
  const text = await readFile(FILE, 'utf8');
  const services = '\nservices:\n  worker: { ecsService: "worker-{environment}", container: web, port: 8000 }\n';
  await writeFile(file, text.replace('\nservices:\n', services));
});

afterAll(async () => {
  await lab.stop();
  expect(lab.bugs).toEqual([]);
});

async function worker() {
  const answer = await lab.rehearsal.wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
    cluster: lab.target.cluster,
    services: ['worker-dev'],
    include: ['TAGS'],
  });
  const [service] = answer.services ?? [];
  return [service?.desiredCount, service?.runningCount, ...(service?.tags ?? []).map(({ key }) => key)];
}

async function run(...args: string[]) {
  const reports = path.join(lab.workDirectory, 'reports');
  const ended = await start([...args, '-c', file, '-e', 'dev', '--report-dir', reports, '--yes', '--json'], {
    env: { AWS_ENDPOINT_URL: lab.proxy.endpoint },
  }).ended;
  return { ...ended, said: JSON.parse(ended.stdout) };
}

async function evidenceOf(said: { evidence: string }): Promise<Evidence> {
  return evidenceSchema.parse(JSON.parse(await readFile(said.evidence, 'utf8')));
}

describe('several services', () => {
  it('must be named, or all be meant', async () => {
    const { code, said } = await run('pause');
    expect([code, said.error.code, said.error.message]).toEqual([
      2,
      'services-needed',
      expect.stringContaining('--service with some of worker, web, or --all'),
    ]);
    expect((await run('pause', '--all', '--service', 'web')).said.error.code).toBe('all-and-names');
    expect((await run('run-task', 'count', '--all')).said.error.code).toBe('one-service');
  });

  it('are paused and resumed together, with and without a scalable target', async () => {
    const paused = await run('pause', '--all');
    expect(paused.code).toBe(0);
    expect(await snapshot(lab)).toEqual(PAUSED);
    expect(await worker()).toEqual([0, 0, 'surefoot:paused']);
    const evidence = await evidenceOf(paused.said);
    expect(evidence.parts.map(({ subject, verdict }) => [subject.service, verdict])).toEqual([
      ['worker-dev', 'pass'],
      ['web-dev', 'pass'],
    ]);
    expect((await run('resume', '--service', 'web', '--service', 'worker')).code).toBe(0);
    expect(await snapshot(lab)).toEqual(AWAKE);
    expect(await worker()).toEqual([1, 1]);
  });

  it('are refused together: one that may not be changed keeps all as they are', async () => {
    await run('pause', '--service', 'worker');
    lab.proxy.setRule(() => 'pass');
    const { code, said } = await run('scale', '--all', '--desired', '2');
    expect([code, said.error.code]).toEqual([2, 'paused']);
    expect(lab.proxy.calls().filter((call) => /^(Tag|Untag|Register|Update)/.test(call))).toEqual([]);
    expect(await snapshot(lab)).toEqual(AWAKE);
    await run('resume', '--service', 'worker');
  });

  it('each end by themselves: an error of one hides nothing of the other, and the next run finishes it', async () => {
    lab.proxy.setRule(({ operation, body }) =>
      operation === 'UpdateService' && body.includes('worker-dev') ? 'deny' : 'pass',
    );
    const { code, said } = await run('pause', '--all');
    lab.proxy.setRule(() => 'pass');
    expect(code).toBe(3);
    expect(said.services).toMatchObject([
      {
        service: 'worker-dev',
        verdict: 'inconclusive',
        reasons: [
          {
            code: 'aws-access-denied',
            message: expect.stringMatching(/needs the permission ecs:UpdateService.*run pause again/),
          },
        ],
      },
      { service: 'web-dev', verdict: 'pass' },
    ]);
    expect(await snapshot(lab)).toEqual(PAUSED);
    expect(await worker()).toEqual([1, 1, 'surefoot:paused']);
    expect((await run('pause', '--all')).code).toBe(0);
    expect(await worker()).toEqual([0, 0, 'surefoot:paused']);
    expect((await run('resume', '--all')).code).toBe(0);
    expect([await snapshot(lab), await worker()]).toEqual([AWAKE, [1, 1]]);
  });
});

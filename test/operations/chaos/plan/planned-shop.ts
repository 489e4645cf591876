/** What the rehearsed tests of plans share: artguard on a platform, with a proxy that sees every call and may kill the caller. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Clients, createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import { start } from '../../../cli/surefoot.ts';
import { type Artguard, CLUSTER, SERVICE, startArtguard } from '../../../rehearsal/artguard.ts';
import { type RestProxy, startRestProxy } from './rest-proxy.ts';

export const CONFIG = path.resolve('examples/artguard/surefoot.yml');
export const ROLE = 'arn:aws:iam::000000000000:role/fis';
export const ALARM = 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:stop';

/** An experiment that stops tasks; `target` = how they are chosen, `rest` = more of the document. */
export const experimentText = (target: string, rest = '') => `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: sample }
template:
  description: A sample
  roleArn: ${ROLE}
  stopConditions: [{ source: aws:cloudwatch:alarm, value: '${ALARM}' }]
  targets:
    tasks: { resourceType: aws:ecs:task, ${target} }
  actions:
    kill: { actionId: aws:ecs:stop-task, targets: { Tasks: tasks } }
  logConfiguration: { cloudWatchLogsConfiguration: { logGroupArn: 'arn:aws:logs:ca-central-1:000000000000:log-group:/fis:*' }, logSchemaVersion: 2 }
load: { profile: failover, service: backend }
irreversible: true
${rest}`;
export const OF_SERVICE = `parameters: { cluster: "\${cluster}", service: "\${service}" }`;

let artguard: Artguard;
export let proxy: RestProxy;
export let clients: Clients;
export let folder: string;

/** FIS of the platform, asked beside the command. */
export const fis = () => createGateways(clients).fis;

beforeAll(async () => {
  artguard = await startArtguard({});
  proxy = await startRestProxy(artguard.rehearsal.endpoint);
  clients = createClients({
    region: 'ca-central-1',
    endpoint: artguard.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-chaos-'));
});

afterEach(async () => {
  proxy.clear();
  for (const { id = '' } of await fis().listTemplates()) {
    await fis().deleteTemplate(id);
  }
});

afterAll(async () => {
  clients?.destroy();
  await proxy?.close();
  await artguard?.stop();
  await rm(folder, { recursive: true, force: true });
  expect(artguard.bugs).toEqual([]);
});

/** Begins `chaos …` in the folder of the file, through the proxy. */
export function begin(...args: string[]) {
  const common = ['--config', CONFIG, '--environment', 'dev', '--json'];
  return start(['chaos', ...args, ...common], { cwd: folder, env: { AWS_ENDPOINT_URL: proxy.endpoint } });
}

/** The same to its end, with what it printed. */
export async function run(...args: string[]) {
  const { code, stdout, stderr } = await begin(...args).ended;
  return { code, stderr, json: JSON.parse(stdout) };
}

/** Writes an experiment of `experimentText`. */
export async function sample(target: string, rest = ''): Promise<string> {
  await writeFile(path.join(folder, 'sample.yml'), experimentText(target, rest));
  return 'sample.yml';
}

/** The ARNs of the tasks that run. */
export async function tasks(): Promise<string[]> {
  const found = await createGateways(clients).ecs.tasks(CLUSTER, { serviceName: SERVICE, desiredStatus: 'RUNNING' });
  return found.map(({ taskArn = '' }) => taskArn).sort();
}

/** The calls that start an experiment, previews among them. */
export const starts = () => proxy.calls.filter(({ method, path: at }) => method === 'POST' && at === '/experiments');

/** States of all actions of all experiments that surefoot started. */
export async function actionStates(): Promise<string[]> {
  const all = (await fis().listExperiments()).filter(({ tags = {} }) => 'surefoot:experiment' in tags);
  const full = await Promise.all(all.map(({ id = '' }) => fis().getExperiment(id)));
  return full.flatMap((one) => Object.values(one?.actions ?? {}).map(({ state }) => state?.status ?? 'none'));
}

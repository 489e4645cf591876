/** A rehearsal platform with a proxy before its API, and `chaos run` and `chaos stop` by the bundled command line on it. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { vi } from 'vitest';
import { createClients } from '../../../../src/aws/clients.ts';
import { type AwsGateways, createGateways } from '../../../../src/aws/gateways.ts';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { type Ended, type Running, start } from '../../../cli/surefoot.ts';
import { type Artguard, CLUSTER, SERVICE, startArtguard } from '../../../rehearsal/artguard.ts';
import { type RestProxy, startRestProxy } from '../plan/rest-proxy.ts';

export const CONFIG = path.resolve('examples/artguard/surefoot.yml');
export const STOP_ROLE = 'arn:aws:iam::000000000000:role/fis-stop';
const ALARM = 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:stop';
const ENDED = ['completed', 'stopped', 'failed', 'cancelled'];

/** One of the service's tasks. */
export const ONE_TASK = `resourceType: aws:ecs:task, parameters: { cluster: "\${cluster}", service: "\${service}" }, selectionMode: COUNT(1)`;
const KILL = '{ actionId: aws:ecs:stop-task, targets: { Tasks: main } }';

/** Parts of an experiment file in YAML's flow style. */
export interface Sample {
  readonly target?: string;
  readonly actions?: string;
  readonly load?: string;
  readonly expect?: string;
  readonly guards?: string;
  /** Name of the role that FIS takes. */
  readonly role?: string;
  readonly irreversible?: boolean;
  /** The program that is to make the load; k6 itself when left out. */
  readonly k6?: string;
}

/** An experiment that kills one task, unless told otherwise. */
export function experimentText(sample: Sample): string {
  const {
    target = ONE_TASK,
    actions = `{ kill: ${KILL} }`,
    guards = 'maximumDuration: 2h',
    role = 'fis',
    irreversible = true,
  } = sample;
  const { load = 'rate: "30", before: 3s, after: 3s', expect = 'felt: not-expected' } = sample;
  return `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: sample }
template:
  description: A sample
  roleArn: arn:aws:iam::000000000000:role/${role}
  stopConditions: [{ source: aws:cloudwatch:alarm, value: '${ALARM}' }]
  targets: { main: { ${target} } }
  actions: ${actions}
load: { profile: failover, service: backend, ${load} }
expect: { evidence: { targets: 1, requests: 20 }, ${expect} }
guards: { ${guards} }
irreversible: ${irreversible}
`;
}

export interface Lab {
  readonly artguard: Artguard;
  readonly proxy: RestProxy;
  readonly gateways: AwsGateways;
  readonly folder: string;
  /** Starts `chaos run` of the sample in dev. */
  begin(sample: Sample, ...args: string[]): Promise<Running>;
  /** The same to its end. */
  run(sample: Sample, ...args: string[]): Promise<Ended>;
  stop(): Promise<Ended>;
  /** What was written down of a run whose output is JSON. */
  recordOf(stdout: string): Promise<Evidence>;
  /** Ids of experiments that inject something and have not ended. */
  active(): Promise<string[]>;
  /** Until one is seen to run. */
  untilRunning(): Promise<string>;
  /** Until both tasks serve, by ECS and by the load balancer. */
  untilWhole(): Promise<void>;
  /** Ids of processes that were started for reports of this lab: load generators. */
  generators(): number[];
  close(): Promise<void>;
}

/** Starts artguard with an alarm named `stop`. */
export async function startLab(speed = 60): Promise<Lab> {
  const artguard = await startArtguard({ ANALYZE_MS: '20-60', START_SECONDS: '1' }, speed);
  const proxy = await startRestProxy(artguard.rehearsal.endpoint);
  const clients = createClients({
    region: 'ca-central-1',
    endpoint: artguard.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
  const gateways = createGateways(clients);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-chaos-lab-'));
  await (await clients.cloudwatch()).send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'stop', Namespace: 'Test', MetricName: 'Nothing', Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      TreatMissingData: 'notBreaching',
    }),
  );
  let count = 0;
  const env = { AWS_ENDPOINT_URL: proxy.endpoint };
  const common = ['--config', CONFIG, '--environment', 'dev', '--json', '--report-dir'];
  const active = async () => {
    const all = await gateways.fis.listExperiments();
    const going = all.filter(({ state }) => !ENDED.includes(state?.status ?? ''));
    return going.flatMap(({ id, experimentOptions }) =>
      id !== undefined && experimentOptions?.actionsMode !== 'skip-all' ? [id] : [],
    );
  };
  const begin = async (sample: Sample, ...args: string[]) => {
    count += 1;
    const file = `sample-${count}.yml`;
    await writeFile(path.join(folder, file), experimentText(sample));
    return start(['chaos', 'run', file, '--yes', ...common, path.join(folder, `reports-${count}`), ...args], {
      cwd: folder,
      env: sample.k6 === undefined ? env : { ...env, SUREFOOT_K6: sample.k6 },
    });
  };
  return {
    artguard,
    proxy,
    gateways,
    folder,
    begin,
    run: async (sample, ...args) => (await begin(sample, ...args)).ended,
    stop: () => start(['chaos', 'stop', ...common, path.join(folder, 'stopped')], { cwd: folder, env }).ended,
    recordOf: async (stdout) => {
      const { evidence } = JSON.parse(stdout) as { readonly evidence: string };
      return evidenceSchema.parse(JSON.parse(await readFile(path.resolve(folder, evidence), 'utf8')));
    },
    active,
    untilRunning: () =>
      vi.waitFor(
        async () => {
          const running = (await gateways.fis.listExperiments()).find(
            ({ state, experimentOptions }) =>
              state?.status === 'running' && experimentOptions?.actionsMode === 'run-all',
          );
          return running?.id ?? Promise.reject(new Error('none runs yet'));
        },
        { timeout: 60_000, interval: 250 },
      ),
    untilWhole: () => vi.waitFor(() => requireWhole(gateways), { timeout: 90_000, interval: 250 }),
    generators: () => generatorsOf(folder),
    async close() {
      clients.destroy();
      await proxy.close();
      await artguard.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function requireWhole({ ecs, elbv2 }: AwsGateways): Promise<void> {
  const service = await ecs.service(CLUSTER, SERVICE);
  const groups = service?.loadBalancers?.map(({ targetGroupArn = '' }) => targetGroupArn) ?? [];
  const health = (await Promise.all(groups.map((arn) => elbv2.targetHealth(arn)))).flat();
  const healthy = health.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
  if (service?.runningCount !== 2 || healthy !== 2 || health.length !== 2) {
    throw new Error(`${service?.runningCount} tasks, ${healthy} of ${health.length} targets healthy`);
  }
}

/** Until a run tells of its load, or has ended. */
export function underLoad({ child, ended }: Running): Promise<unknown> {
  const told = new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: Buffer) => text.includes(' planned, ') && resolve());
  });
  return Promise.race([told, ended]);
}

/** Running k6 whose settings lie in this folder. */
function generatorsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(folder) && line.includes('k6-config.json');
      } catch {
        return false;
      }
    });
}

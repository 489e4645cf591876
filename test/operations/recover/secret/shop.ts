/** A rehearsed service whose tasks take a secret, and procedures on it that can be cut off. */
import { mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ListTasksResponse, TaskDefinition } from '@aws-sdk/client-ecs';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import { serviceRestart } from '../../../../src/entry/recover/service-restart.ts';
import { planRotateSecret } from '../../../../src/operations/recover/secret/rotate-secret.ts';
import type { RotateSecretInputs } from '../../../../src/operations/recover/secret/scene.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import type { Platform } from '../../../../src/platform/model.ts';
import { FILE, type Lab as Managed, startLab as startManaged } from '../../manage/lab.ts';
import { type CutPorts, type How, portsOf, type Ran, run } from '../lab.ts';

const CREDENTIALS = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };

export interface Shop {
  readonly managed: Managed;
  readonly secrets: SecretsManagerClient;
  readonly platform: Platform;
  /** Makes a secret. */
  secret(name: string, value: string): Promise<{ readonly arn: string; readonly version: string }>;
  /** Has the service take these, as ECS task definitions name them, and waits until it is deployed. */
  take(references: Readonly<Record<string, string>>): Promise<void>;
  /** What each running task has in its environment under that name, read from its process. */
  environments(name: string): Promise<(string | undefined)[]>;
  /** The versions that the platform says the tasks got. */
  versionsInUse(): Promise<string[]>;
  current(arn: string): Promise<string | undefined>;
  stages(arn: string): Promise<Readonly<Record<string, readonly string[]>>>;
  rotate(inputs: RotateSecretInputs, how: How): Promise<Ran>;
  folder(): Promise<string>;
  stop(): Promise<void>;
}

export async function startShop(): Promise<Shop> {
  const managed = await startManaged();
  const { rehearsal, target, workDirectory } = managed;
  const platform = await requirePlatform(FILE);
  const configuration = { region: rehearsal.region, endpoint: rehearsal.endpoint, credentials: CREDENTIALS };
  const secrets = new SecretsManagerClient(configuration);
  const clients = createClients({ ...configuration, version: 'test' });
  const { call } = rehearsal.wire;
  const gateways = createGateways(clients);

  const containers = async () => {
    const list = await call<ListTasksResponse>('ecs', 'ListTasks', {
      cluster: target.cluster,
      serviceName: target.ecsService,
    });
    return (list.taskArns ?? []).flatMap((arn) => rehearsal.findTask(arn)?.containers ?? []);
  };
  return {
    managed,
    secrets,
    platform,
    async secret(Name, SecretString) {
      const { ARN = '', VersionId = '' } = await secrets.send(new CreateSecretCommand({ Name, SecretString }));
      return { arn: ARN, version: VersionId };
    },
    async take(references) {
      const { cluster, ecsService } = target;
      const service = await gateways.ecs.service(cluster, ecsService);
      const { taskDefinition } = await gateways.ecs.taskDefinition(service?.taskDefinition ?? '');
      const secretsOfContainer = Object.entries(references).map(([name, valueFrom]) => ({ name, valueFrom }));
      const registered = await gateways.ecs.registerTaskDefinition(withSecrets(taskDefinition, secretsOfContainer));
      await gateways.ecs.updateService({
        cluster,
        service: ecsService,
        taskDefinition: registered.taskDefinitionArn,
      });
      for (;;) {
        const [deployment] = await gateways.ecs.serviceDeployments(cluster, ecsService);
        if (deployment?.status === 'SUCCESSFUL') {
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async environments(name) {
      const texts = (await containers()).map(async ({ pid }) => {
        const text = await readFile(`/proc/${pid}/environ`, 'utf8');
        return text
          .split('\0')
          .find((pair) => pair.startsWith(`${name}=`))
          ?.slice(name.length + 1);
      });
      return Promise.all(texts);
    },
    versionsInUse: async () =>
      (await containers()).flatMap(({ secretVersions }) => secretVersions.map(({ version }) => version)),
    current: async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString,
    stages: async (SecretId) => (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {},
    rotate(inputs, how) {
      const ports: CutPorts = portsOf((signal) => createGateways(clients, signal), how.cut);
      return run(
        (request, cut) =>
          planRotateSecret(
            request,
            inputs,
            { targets: [target], of: (each) => serviceRestart({ ...request, target: each, timeoutSeconds: 30 }, cut) },
            cut,
          ),
        how,
        platform,
        ports,
        rehearsal.speed,
      );
    },
    folder: () => mkdtemp(path.join(workDirectory, 'run-')),
    async stop() {
      secrets.destroy();
      clients.destroy();
      await managed.stop();
    },
  };
}

function withSecrets(definition: TaskDefinition, secrets: { name: string; valueFrom: string }[]) {
  const { family = '', cpu, memory, executionRoleArn, containerDefinitions = [] } = definition;
  return {
    family,
    cpu,
    memory,
    executionRoleArn,
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    containerDefinitions: containerDefinitions.map((container) => ({ ...container, secrets })),
  };
}

/** Which services take a secret's value into their tasks, found in the task definitions that they run. */
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { pinOf, referencesTo, type SecretReference } from './references.ts';

export interface Users {
  /** Services of surefoot.yml, which are restarted. */
  readonly own: readonly ServiceInEnvironment[];
  /** Names of services of the same clusters that surefoot.yml does not have. */
  readonly others: readonly string[];
  /** Keys of a JSON secret that are taken, each with who takes it. */
  readonly keys: readonly { readonly key: string; readonly by: string }[];
  /** Services that a restart would not give the new value. */
  readonly refusals: readonly Reason[];
}

/** Looks at every service of the clusters that the environment's services run in. */
export async function usersOf(
  secret: { readonly arn: string; readonly name: string },
  targets: readonly ServiceInEnvironment[],
  ports: Ports,
): Promise<Users> {
  const clusters = [...new Set(targets.map(({ cluster }) => cluster))];
  const own: ServiceInEnvironment[] = [];
  const others: string[] = [];
  const keys: { key: string; by: string }[] = [];
  const refusals: Reason[] = [];
  for (const cluster of clusters) {
    for (const name of await ports.aws.ecs.serviceNames(cluster)) {
      const { references, by } = await referencesOf(cluster, name, secret, ports);
      const target = targets.find((each) => each.cluster === cluster && each.ecsService === name);
      if (references.length === 0) {
        continue;
      }
      if (target === undefined) {
        others.push(name);
      } else {
        own.push(target);
      }
      keys.push(...references.flatMap(({ key }) => (key === undefined ? [] : [{ key, by }])));
      refusals.push(...pinRefusals(name, by, references));
    }
  }
  return { own, others, keys, refusals };
}

async function referencesOf(
  cluster: string,
  name: string,
  secret: { readonly arn: string; readonly name: string },
  ports: Ports,
): Promise<{ references: SecretReference[]; by: string }> {
  const service = await ports.aws.ecs.service(cluster, name);
  const definitions = await Promise.all(definitionsOf(service).map((arn) => ports.aws.ecs.taskDefinition(arn)));
  const references = definitions.flatMap(({ taskDefinition }) => referencesTo(secret, taskDefinition));
  return { references, by: definitions.map(({ taskDefinition }) => labelOf(taskDefinition)).join(' and ') };
}

/** Those of its task sets where another controller than ECS moves it. */
function definitionsOf(service: Service | undefined): string[] {
  const sets = (service?.taskSets ?? []).flatMap(({ taskDefinition }) => taskDefinition ?? []);
  const running = service?.taskDefinition === undefined ? [] : [service.taskDefinition];
  return [...new Set([...running, ...sets])];
}

function labelOf({ family, revision }: TaskDefinition): string {
  return `${family}:${revision}`;
}

function pinRefusals(name: string, by: string, references: readonly SecretReference[]): Reason[] {
  const pins = [...new Set(references.flatMap((reference) => pinOf(reference) ?? []))];
  return pins.length === 0
    ? []
    : [
        {
          code: 'version-pinned',
          message: `${name} would not get the new value: ${by} takes ${pins.join(' and ')}. Deploy a task definition whose valueFrom ends with the secret's ARN or a key of it`,
        },
      ];
}

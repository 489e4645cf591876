/** What ECS says of the services whose tasks an experiment aims at. */
import type { Service, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Ports } from '../../ports.ts';
import type { Template, TemplateTarget } from '../experiment/template.ts';

const TASK = 'aws:ecs:task';

/** A service that a target names; what could not be read is undefined. */
export interface ServiceFacts {
  readonly cluster: string;
  readonly name: string;
  /** Undefined: there is no such service. */
  readonly service: Service | undefined;
  readonly taskDefinition: TaskDefinition | undefined;
  /** Those that run now. */
  readonly tasks: readonly Task[];
}

/** By the name of the target. Targets that name no service (by tags alone, by ARN) are not in it. */
export type EcsFacts = ReadonlyMap<string, ServiceFacts>;

/** The cluster and service that a target of tasks names. */
export function serviceOf({
  resourceType,
  parameters = {},
}: TemplateTarget): { cluster: string; name: string } | undefined {
  const { cluster, service } = parameters as { cluster?: string; service?: string };
  return resourceType === TASK && cluster !== undefined && service !== undefined
    ? { cluster, name: service }
    : undefined;
}

/** Reads each service once. */
export async function readEcsFacts({ targets = {} }: Template, ports: Pick<Ports, 'aws'>): Promise<EcsFacts> {
  const read = new Map<string, Promise<ServiceFacts>>();
  const facts = new Map<string, ServiceFacts>();
  for (const [target, description] of Object.entries(targets)) {
    const named = serviceOf(description);
    if (named !== undefined) {
      const key = JSON.stringify(named);
      const reading = read.get(key) ?? readService(named, ports);
      read.set(key, reading);
      facts.set(target, await reading);
    }
  }
  return facts;
}

async function readService(
  { cluster, name }: { cluster: string; name: string },
  { aws }: Pick<Ports, 'aws'>,
): Promise<ServiceFacts> {
  const service = await aws.ecs.service(cluster, name);
  if (service?.taskDefinition === undefined) {
    return { cluster, name, service, taskDefinition: undefined, tasks: [] };
  }
  const [{ taskDefinition }, tasks] = await Promise.all([
    aws.ecs.taskDefinition(service.taskDefinition),
    aws.ecs.tasks(cluster, { serviceName: name, desiredStatus: 'RUNNING' }),
  ]);
  return { cluster, name, service, taskDefinition, tasks: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING') };
}

/** The ECS calls that operations make, one small function each. Shapes are the SDK's own. */
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type DesiredStatus,
  type ECSClient,
  ListServiceDeploymentsCommand,
  paginateListServices,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  type ServiceRevision,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  type Tag,
  TagResourceCommand,
  type Task,
  type TaskDefinition,
  UntagResourceCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { OutsideError } from '../errors.ts';
import { awsCall, isAwsError } from './errors.ts';

export { ECSClient } from '@aws-sdk/client-ecs';

export interface EcsGateway {
  /** The service, or undefined when there is no such cluster or it has none of that name (or only a deleted one). */
  service(cluster: string, name: string): Promise<Service | undefined>;
  /** Of all services of a cluster; none when there is no such cluster. */
  serviceNames(cluster: string): Promise<string[]>;
  taskDefinition(reference: string): Promise<{ taskDefinition: TaskDefinition; tags: Tag[] }>;
  registerTaskDefinition(input: RegisterTaskDefinitionCommandInput): Promise<TaskDefinition>;
  updateService(input: UpdateServiceCommandInput): Promise<Service>;
  /** Newest first, as AWS lists them; all statuses when none is given. */
  serviceDeployments(
    cluster: string,
    service: string,
    statuses?: ServiceDeploymentStatus[],
  ): Promise<ServiceDeploymentBrief[]>;
  serviceDeployment(arn: string): Promise<ServiceDeployment | undefined>;
  serviceRevisions(arns: readonly string[]): Promise<ServiceRevision[]>;
  answerHook(deploymentArn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>;
  rollBack(deploymentArn: string): Promise<void>;
  /** AWS: "When you specify startedBy as the filter, it must be the only filter that you use." Tasks that are to run, unless STOPPED is asked for. */
  tasks(
    cluster: string,
    filter: { readonly serviceName: string; readonly desiredStatus: DesiredStatus } | { readonly startedBy: string },
  ): Promise<Task[]>;
  /** The tasks of that ARN that still exist or ended within the last hour. */
  describeTasks(cluster: string, tasks: readonly string[]): Promise<Task[]>;
  /** Starts one task. @throws OutsideError with AWS's reason when none could be placed */
  runTask(input: RunTaskCommandInput): Promise<Task>;
  stopTask(cluster: string, task: string, reason: string): Promise<void>;
  tag(resourceArn: string, key: string, value: string): Promise<void>;
  untag(resourceArn: string, key: string): Promise<void>;
}

/** "A list of up to 100 task IDs or full ARN entries" (AWS: DescribeTasks). */
const MOST_DESCRIBED = 100;

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createEcsGateway(client: ECSClient, signal?: AbortSignal): EcsGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  const describeTasks = async (cluster: string, tasks: readonly string[]) => {
    const answer = await awsCall('ecs:DescribeTasks', () =>
      client.send(new DescribeTasksCommand({ cluster, tasks: [...tasks] }), options),
    );
    return answer.tasks ?? [];
  };
  return {
    describeTasks,
    async service(cluster, name) {
      try {
        const answer = await awsCall('ecs:DescribeServices', () =>
          client.send(new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }), options),
        );
        return answer.services?.find((service) => service.status !== 'INACTIVE');
      } catch (error) {
        if (isAwsError(error, 'ClusterNotFoundException')) {
          return undefined;
        }
        throw error;
      }
    },
    async serviceNames(cluster) {
      const names: string[] = [];
      try {
        await awsCall('ecs:ListServices', async () => {
          for await (const page of paginateListServices({ client }, { cluster, maxResults: 100 }, options)) {
            names.push(...(page.serviceArns ?? []).map((arn) => arn.split('/').at(-1) ?? arn));
          }
        });
      } catch (error) {
        if (!isAwsError(error, 'ClusterNotFoundException')) {
          throw error;
        }
      }
      return names;
    },
    async taskDefinition(reference) {
      const answer = await awsCall('ecs:DescribeTaskDefinition', () =>
        client.send(new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }), options),
      );
      return { taskDefinition: present(answer.taskDefinition, 'taskDefinition'), tags: answer.tags ?? [] };
    },
    async registerTaskDefinition(input) {
      const answer = await awsCall('ecs:RegisterTaskDefinition', () =>
        client.send(new RegisterTaskDefinitionCommand(input), options),
      );
      return present(answer.taskDefinition, 'taskDefinition');
    },
    async updateService(input) {
      const answer = await awsCall('ecs:UpdateService', () => client.send(new UpdateServiceCommand(input), options));
      return present(answer.service, 'service');
    },
    async serviceDeployments(cluster, service, statuses) {
      const found: ServiceDeploymentBrief[] = [];
      let nextToken: string | undefined;
      do {
        const page = await awsCall('ecs:ListServiceDeployments', () =>
          client.send(
            new ListServiceDeploymentsCommand({
              cluster,
              service,
              maxResults: 100,
              ...(statuses ? { status: statuses } : {}),
              ...(nextToken ? { nextToken } : {}),
            }),
            options,
          ),
        );
        found.push(...(page.serviceDeployments ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
    async serviceDeployment(arn) {
      const answer = await awsCall('ecs:DescribeServiceDeployments', () =>
        client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }), options),
      );
      return answer.serviceDeployments?.[0];
    },
    async serviceRevisions(arns) {
      if (arns.length === 0) {
        return [];
      }
      const answer = await awsCall('ecs:DescribeServiceRevisions', () =>
        client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }), options),
      );
      return answer.serviceRevisions ?? [];
    },
    async answerHook(serviceDeploymentArn, hookId, action) {
      await awsCall('ecs:ContinueServiceDeployment', () =>
        client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }), options),
      );
    },
    async rollBack(serviceDeploymentArn) {
      await awsCall('ecs:StopServiceDeployment', () =>
        client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }), options),
      );
    },
    async runTask(input) {
      const answer = await awsCall('ecs:RunTask', () => client.send(new RunTaskCommand(input), options));
      const [task] = answer.tasks ?? [];
      if (task === undefined) {
        const [failure] = answer.failures ?? [];
        throw new OutsideError(
          'task-not-started',
          `ecs:RunTask: ${failure?.reason ?? 'no task was started'}`,
          'ecs:RunTask',
        );
      }
      return task;
    },
    async stopTask(cluster, task, reason) {
      await awsCall('ecs:StopTask', () => client.send(new StopTaskCommand({ cluster, task, reason }), options));
    },
    async tag(resourceArn, key, value) {
      await awsCall('ecs:TagResource', () =>
        client.send(new TagResourceCommand({ resourceArn, tags: [{ key, value }] }), options),
      );
    },
    async untag(resourceArn, key) {
      await awsCall('ecs:UntagResource', () =>
        client.send(new UntagResourceCommand({ resourceArn, tagKeys: [key] }), options),
      );
    },
    async tasks(cluster, filter) {
      const arns: string[] = [];
      await awsCall('ecs:ListTasks', async () => {
        for await (const page of paginateListTasks({ client }, { cluster, ...filter, maxResults: 100 }, options)) {
          arns.push(...(page.taskArns ?? []));
        }
      });
      const found: Task[] = [];
      for (let from = 0; from < arns.length; from += MOST_DESCRIBED) {
        found.push(...(await describeTasks(cluster, arns.slice(from, from + MOST_DESCRIBED))));
      }
      return found;
    },
  };
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new Error(`AWS answered without ${what}`);
  }
  return value;
}

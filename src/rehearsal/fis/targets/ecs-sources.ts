/** Tasks and clusters of the platform's ECS, read through its API. */
import type {
  DescribeClustersRequest,
  DescribeClustersResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListClustersResponse,
  ListTasksRequest,
  ListTasksResponse,
  Tag,
  Task,
} from '@aws-sdk/client-ecs';
import { AwsError, type InternalCall } from '../../wire/operation.ts';
import type { Resource, ResourceSource } from './resource.ts';

/** The most that DescribeTasks and DescribeClusters take at once. */
const MOST_DESCRIBED = 100;

/** `aws:ecs:cluster`: the clusters that are there. */
export function ecsClusters(call: InternalCall): ResourceSource {
  return {
    async find() {
      const clusters: Resource[] = [];
      for (const batch of batches(await clusterArns(call))) {
        const request: DescribeClustersRequest = { clusters: batch, include: ['TAGS'] };
        const answer = await call<DescribeClustersResponse>('ecs', 'DescribeClusters', request);
        for (const cluster of answer.clusters ?? []) {
          clusters.push({ arn: cluster.clusterArn ?? '', tags: tagsOf(cluster.tags), attributes: cluster });
        }
      }
      return clusters;
    },
  };
}

/** `aws:ecs:task`: the running tasks, of the parameters `cluster` (name or ARN) and `service` (name) where given. */
export function ecsTasks(call: InternalCall): ResourceSource {
  return {
    async find({ cluster, service }) {
      const clusters = cluster === undefined ? await clusterArns(call) : [cluster];
      const found = await Promise.all(clusters.map((each) => tasksOf(call, each, service)));
      return found
        .flat()
        .filter(({ lastStatus }) => lastStatus === 'RUNNING')
        .map((task) => ({ arn: task.taskArn ?? '', tags: tagsOf(task.tags), attributes: task }));
    },
  };
}

async function tasksOf(call: InternalCall, cluster: string, service: string | undefined): Promise<Task[]> {
  const tasks: Task[] = [];
  const request: ListTasksRequest = { cluster, ...(service === undefined ? {} : { serviceName: service }) };
  try {
    const arns = await pages(async (nextToken) => {
      const page = await call<ListTasksResponse>('ecs', 'ListTasks', { ...request, ...nextToken });
      return { items: page.taskArns ?? [], next: page.nextToken };
    });
    for (const batch of batches(arns)) {
      const described: DescribeTasksRequest = { cluster, tasks: batch, include: ['TAGS'] };
      tasks.push(...((await call<DescribeTasksResponse>('ecs', 'DescribeTasks', described)).tasks ?? []));
    }
  } catch (error) {
    if (error instanceof AwsError && /^(Cluster|Service)NotFoundException$/.test(error.code)) {
      return [];
    }
    throw error;
  }
  return tasks;
}

function clusterArns(call: InternalCall): Promise<string[]> {
  return pages(async (nextToken) => {
    const page = await call<ListClustersResponse>('ecs', 'ListClusters', nextToken);
    return { items: page.clusterArns ?? [], next: page.nextToken };
  });
}

async function pages(
  read: (nextToken: { nextToken?: string }) => Promise<{ items: readonly string[]; next: string | undefined }>,
): Promise<string[]> {
  const all: string[] = [];
  let token: { nextToken?: string } = {};
  for (;;) {
    const { items, next } = await read(token);
    all.push(...items);
    if (next === undefined) {
      return all;
    }
    token = { nextToken: next };
  }
}

function batches(arns: readonly string[]): string[][] {
  const count = Math.ceil(arns.length / MOST_DESCRIBED);
  return Array.from({ length: count }, (_, index) => arns.slice(index * MOST_DESCRIBED, (index + 1) * MOST_DESCRIBED));
}

function tagsOf(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}

/** The records of the emulated ECS, and how they are found by ARN. */
import { keepLast, moveToEnd } from '../keep-last.ts';
import type { TaskDefinitionRecord } from './records/cluster.ts';
import type { RevisionRecord } from './records/revision.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord } from './records/service.ts';
import type { TaskRecord } from './records/task.ts';
import { forgetOldDeployments, type Retention } from './retention.ts';
import { TaskDefinitions } from './task-definitions.ts';

/** The whole memory: clusters with their services, task definitions, tasks. */
export class EcsState {
  readonly clusters = new Map<string, ClusterRecord>();
  readonly taskDefinitions = new TaskDefinitions();
  /** By task ARN; stopped ones are kept for a while. */
  readonly tasks = new Map<string, TaskRecord>();
  readonly retention: Retention;

  constructor(retention: Retention) {
    this.retention = retention;
  }

  /** The cluster's tasks that are not STOPPED, of services or of none. */
  presentTasks(cluster: ClusterRecord): TaskRecord[] {
    return [...this.tasks.values()].filter((task) => task.cluster === cluster && task.lastStatus !== 'STOPPED');
  }

  /** Forgets tasks that stopped long ago. */
  forgetStoppedTasks(now: Date): void {
    for (const [arn, task] of this.tasks) {
      if (task.stoppedAt !== undefined && now.getTime() - task.stoppedAt.getTime() > this.retention.stoppedTaskMs) {
        this.tasks.delete(arn);
      }
    }
  }

  /** A deployment of the service has ended: forgets the oldest ones. */
  deploymentEnded(service: ServiceRecord, now: Date): void {
    forgetOldDeployments(service, this.retention, now);
  }

  /** Makes a service INACTIVE, and forgets those of its cluster that ended long before. */
  endService(service: ServiceRecord): void {
    const { services } = service.cluster;
    service.status = 'INACTIVE';
    moveToEnd(services, service.name, service);
    keepLast(services, this.retention.inactiveServices, ({ status }) => status === 'INACTIVE');
  }

  /** Makes a cluster INACTIVE, and forgets those that were deleted long before. */
  endCluster(cluster: ClusterRecord): void {
    cluster.status = 'INACTIVE';
    moveToEnd(this.clusters, cluster.name, cluster);
    keepLast(this.clusters, this.retention.inactiveClusters, ({ status }) => status === 'INACTIVE');
  }

  /** Makes a task definition INACTIVE, and forgets those that were deregistered long before and that nothing uses. */
  deregister(record: TaskDefinitionRecord, now: Date): void {
    this.taskDefinitions.deregister(record, now);
    this.taskDefinitions.forget(this.retention.inactiveTaskDefinitions, () => this.#usedTaskDefinitions());
  }

  /** Those of every task and every service revision that can still be described. */
  #usedTaskDefinitions(): Set<TaskDefinitionRecord> {
    const used = new Set([...this.tasks.values()].map(({ definition }) => definition));
    for (const service of this.services()) {
      for (const { taskDefinition } of service.revisions.values()) {
        used.add(taskDefinition);
      }
    }
    return used;
  }

  *services(): Generator<ServiceRecord> {
    for (const cluster of this.clusters.values()) {
      yield* cluster.services.values();
    }
  }

  findDeployment(arn: string): DeploymentRecord | undefined {
    for (const service of this.services()) {
      const found = service.deployments.find((deployment) => deployment.arn === arn);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  findRevision(arn: string): { readonly service: ServiceRecord; readonly revision: RevisionRecord } | undefined {
    for (const service of this.services()) {
      const revision = service.revisions.get(arn);
      if (revision !== undefined) {
        return { service, revision };
      }
    }
    return undefined;
  }
}

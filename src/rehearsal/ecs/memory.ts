/** The records of the emulated ECS, and how they are found by ARN. */
import type {
  ClusterRecord,
  DeploymentRecord,
  RevisionRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from './state.ts';

/** Stopped tasks can be described for at least an hour. */
const KEEP_STOPPED_MS = 3_600_000;

/** The whole memory: clusters with their services, task definitions, tasks. */
export class EcsState {
  readonly clusters = new Map<string, ClusterRecord>();
  /** By family, in order of revision. */
  readonly families = new Map<string, TaskDefinitionRecord[]>();
  /** By task ARN; stopped ones are kept for an hour. */
  readonly tasks = new Map<string, TaskRecord>();

  /** The cluster's tasks that are not STOPPED, of services or of none. */
  presentTasks(cluster: ClusterRecord): TaskRecord[] {
    return [...this.tasks.values()].filter((task) => task.cluster === cluster && task.lastStatus !== 'STOPPED');
  }

  /** Forgets tasks that stopped long ago. */
  forgetStoppedTasks(now: Date): void {
    for (const [arn, task] of this.tasks) {
      if (task.stoppedAt !== undefined && now.getTime() - task.stoppedAt.getTime() > KEEP_STOPPED_MS) {
        this.tasks.delete(arn);
      }
    }
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

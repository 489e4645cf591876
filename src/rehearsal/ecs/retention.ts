/**
 * What the emulated ECS forgets, and when: a platform that is used for days must not grow with everything that it was ever asked.
 * Nothing is forgotten that a task, a running deployment or a rollback to the previous revision needs.
 */
import { isFinal } from './records/deployment.ts';
import type { RevisionRecord } from './records/revision.ts';
import type { DeploymentRecord, ServiceRecord } from './records/service.ts';

/** How much is kept of each kind. */
export interface Retention {
  /** Ended deployments of one service, the newest ones, with their revisions. */
  readonly deployments: number;
  /** Age in ms at which an ended deployment is forgotten when another one ends, however few there are. */
  readonly deploymentAgeMs: number;
  /** INACTIVE services of one cluster, those that ended last. */
  readonly inactiveServices: number;
  /** INACTIVE clusters, those that were deleted last. */
  readonly inactiveClusters: number;
  /** Ms for which a stopped task can be described. */
  readonly stoppedTaskMs: number;
  /** ACTIVE task definition revisions of all families; one more is refused. */
  readonly activeTaskDefinitions: number;
  /** INACTIVE task definition revisions that nothing uses, those that were deregistered last. */
  readonly inactiveTaskDefinitions: number;
  /** Ended tasks whose log files stay, those that ended last. */
  readonly taskLogs: number;
}

/**
 * The platform's own numbers. Two are AWS's:
 * - "You can see the most recent 90-day history": https://docs.aws.amazon.com/AmazonECS/latest/developerguide/view-service-deployment.html
 * - stopped tasks are described "for at least one hour": https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
 * The counts are this platform's. AWS purges INACTIVE services and clusters at a time that it does not name (API_DeleteService,
 * API_DeleteCluster), keeps INACTIVE revisions "indefinitely", a behaviour "subject to change" (API_DeregisterTaskDefinition), and allows
 * 1,000,000 revisions of a family. A revision is some 3 kB here, a deployment 2 to 15 kB, an ended service 18 kB.
 */
export const RETENTION: Retention = {
  deployments: 100,
  deploymentAgeMs: 90 * 24 * 3_600_000,
  inactiveServices: 100,
  inactiveClusters: 100,
  stoppedTaskMs: 3_600_000,
  activeTaskDefinitions: 10_000,
  inactiveTaskDefinitions: 1000,
  taskLogs: 1000,
};

/** Forgets the service's old deployments, and the revisions that none of the others names. */
export function forgetOldDeployments(
  service: ServiceRecord,
  { deployments, deploymentAgeMs }: Retention,
  now: Date,
): void {
  const oldest = now.getTime() - deploymentAgeMs;
  const recent = service.deployments
    .filter(isFinal)
    .filter(({ createdAt }) => createdAt.getTime() >= oldest)
    .slice(0, deployments);
  const kept = new Set([...recent, ...neededForRollback(service)]);
  service.deployments = service.deployments.filter((deployment) => kept.has(deployment) || !isFinal(deployment));
  const revisions = neededRevisions(service);
  for (const [arn, revision] of service.revisions) {
    if (!revisions.has(revision)) {
      service.revisions.delete(arn);
    }
  }
}

/**
 * Deployments by which a client finds out what runs and what ran before: the last one that completed, the last success of what is live,
 * and the last success of another task definition.
 */
function neededForRollback({ deployments, stable }: ServiceRecord): DeploymentRecord[] {
  const successes = deployments.filter(({ status }) => status === 'SUCCESSFUL');
  return [
    deployments.find(({ status }) => status === 'SUCCESSFUL' || status === 'ROLLBACK_SUCCESSFUL'),
    successes.find(({ target }) => target === stable),
    successes.find(({ target }) => target.taskDefinition !== stable?.taskDefinition),
  ].filter((deployment) => deployment !== undefined);
}

function neededRevisions(service: ServiceRecord): Set<RevisionRecord | undefined> {
  return new Set([
    service.stable,
    ...service.workloads.map(({ revision }) => revision),
    ...service.deployments.flatMap(({ target, sources, fallback, rollback }) => [
      target,
      ...sources,
      fallback,
      rollback?.revision,
    ]),
  ]);
}

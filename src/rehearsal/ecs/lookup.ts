/** Finds records by what callers write: names or ARNs. Errors are AWS's. */
import { errors } from './errors.ts';
import { lastPart } from './names.ts';
import type { TaskDefinitionRecord } from './records/cluster.ts';
import type { ClusterRecord, ServiceRecord } from './records/service.ts';
import type { TaskRecord } from './records/task.ts';
import type { EcsState } from './state.ts';

const DEFAULT_CLUSTER = 'default';

/** @throws AwsError ClusterNotFoundException */
export function findCluster(state: EcsState, reference: string | undefined): ClusterRecord {
  const cluster = state.clusters.get(lastPart(reference ?? DEFAULT_CLUSTER));
  if (cluster === undefined || cluster.status !== 'ACTIVE') {
    throw errors.clusterNotFound();
  }
  return cluster;
}

/**
 * The service by name or ARN, also one that is INACTIVE.
 * @throws AwsError InvalidParameterException when an ARN names another cluster
 */
export function lookUpService(cluster: ClusterRecord, reference: string): ServiceRecord | undefined {
  const parts = reference.split('/');
  const named = parts.length === 3 ? parts[1] : undefined;
  if (named !== undefined && named !== cluster.name) {
    throw errors.invalid(`Identifier is for cluster ${named}. Your cluster is ${cluster.name}`);
  }
  return cluster.services.get(lastPart(reference));
}

/** @throws AwsError ServiceNotFoundException */
export function findService(cluster: ClusterRecord, reference: string): ServiceRecord {
  const service = lookUpService(cluster, reference);
  if (service === undefined) {
    throw errors.serviceNotFound();
  }
  return service;
}

/** @throws AwsError ServiceNotFoundException, ServiceNotActiveException */
export function findActiveService(cluster: ClusterRecord, reference: string): ServiceRecord {
  const service = findService(cluster, reference);
  if (service.status !== 'ACTIVE') {
    throw errors.serviceNotActive();
  }
  return service;
}

/** `family` (its newest ACTIVE revision), `family:revision` or the ARN. */
export function lookUpTaskDefinition(state: EcsState, reference: string): TaskDefinitionRecord | undefined {
  const [family = '', revision] = lastPart(reference).split(':');
  const revisions = state.taskDefinitions.of(family);
  return revision === undefined
    ? revisions.findLast((record) => record.definition.status === 'ACTIVE')
    : revisions.find((record) => String(record.revision) === revision);
}

/** @throws AwsError ClientException when it does not exist or was deregistered */
export function findTaskDefinition(state: EcsState, reference: string): TaskDefinitionRecord {
  const record = lookUpTaskDefinition(state, reference);
  if (record === undefined) {
    throw errors.taskDefinitionNotFound();
  }
  if (record.definition.status !== 'ACTIVE') {
    throw errors.taskDefinitionInactive();
  }
  return record;
}

/** A task of the cluster by id or ARN; undefined for one that is not known (any more). */
export function lookUpTask(state: EcsState, cluster: ClusterRecord, reference: string): TaskRecord | undefined {
  const id = lastPart(reference);
  return [...state.tasks.values()].find((task) => task.cluster === cluster && task.id === id);
}

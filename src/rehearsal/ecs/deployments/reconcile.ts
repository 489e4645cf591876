/** RECONCILE_SERVICE: a deployment that starts over an unfinished one first brings the service back to one revision that serves. */
import type { RevisionRecord } from '../records/revision.ts';
import type { DeploymentRecord } from '../records/service.ts';
import { workloadOf } from '../service/facts.ts';
import type { StrategyScene } from './strategy.ts';
import { returnTraffic } from './traffic.ts';

/**
 * Sends traffic back to the last completed revision and ends the unfinished ones, so that the target group the new revision needs is
 * free; those for which `keep` holds are left for the new revision to replace. Does nothing when there is none to end. AWS documents
 * that the stage exists, not what it does; going back to the last good revision is the reading that loses least.
 */
export async function reconcile(
  { world, handle, record }: StrategyScene,
  keep: (revision: RevisionRecord) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { service } = handle;
  const { fallback } = record;
  const unfinished = unfinishedSources(record).filter(
    (revision) => workloadOf(service, revision) !== undefined && !keep(revision),
  );
  if (unfinished.length === 0) {
    return;
  }
  if (fallback !== undefined) {
    handle.workload(fallback).scale = 'desired';
    for (const revision of unfinished) {
      await returnTraffic(world.call, revision.targets, fallback.targets, 'production');
      await returnTraffic(world.call, revision.targets, fallback.targets, 'test');
    }
  }
  for (const revision of unfinished) {
    handle.workload(revision).scale = 'none';
  }
  handle.changed();
  await handle.until(() => unfinished.every((revision) => workloadOf(service, revision) === undefined), signal);
}

/** Revisions of deployments that had not ended when this one began. */
export function unfinishedSources({ sources, fallback }: DeploymentRecord): readonly RevisionRecord[] {
  return sources.filter((revision) => revision !== fallback);
}

/** Are both revisions registered in the same target groups? */
export function sameGroups(one: RevisionRecord, other: RevisionRecord): boolean {
  const groups = (of: RevisionRecord) => of.targets.map((target) => target.targetGroupArn).join();
  return groups(one) === groups(other);
}

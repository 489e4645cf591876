/** Whether what FIS found for an experiment lies in a cluster that is never hit. Pure. */
import type { Reason } from '../../../report/evidence.ts';
import type { ExperimentTarget } from '../../../report/experiment/record.ts';
import type { Template } from '../experiment/template.ts';
import { serviceOf } from './ecs-facts.ts';

/** A cluster of a protected environment that may be in the account and Region of the run. */
export interface ProtectedCluster {
  /** Its short name. */
  readonly cluster: string;
  readonly environment: string;
}

/** `arn:aws:ecs:region:account:cluster/name`, `task/name/id`, `service/name/service`: whether it lies in the cluster of this name. */
export function isInCluster(arn: string, cluster: string): boolean {
  const [, , service, , , resource = ''] = arn.split(':');
  return service === 'ecs' && resource.split('/')[1] === cluster;
}

/**
 * Why nothing may be injected into these targets, as a dry run resolved them; undefined when none lies in such a cluster. A target that
 * names its service is not looked at: environments may share a cluster, and the service's name was judged before.
 */
export function protectedAmong(
  { targets = {} }: Template,
  resolved: readonly Pick<ExperimentTarget, 'name' | 'resources'>[],
  clusters: readonly ProtectedCluster[],
): Reason | undefined {
  for (const { name, resources } of resolved) {
    const chosen = targets[name];
    if (chosen !== undefined && serviceOf(chosen) !== undefined) {
      continue;
    }
    for (const { cluster, environment } of clusters) {
      const hit = resources.filter((arn) => isInCluster(arn, cluster));
      if (hit.length > 0) {
        const message = `target ${name} would hit ${hit.join(', ')}, in the cluster ${cluster} of ${environment}, which is protected and never hit: take the tags that the experiment asks for off what belongs to ${environment}, or ask for one more, such as surefoot:environment: \${environment}`;
        return { code: 'protected-target', message };
      }
    }
  }
  return undefined;
}

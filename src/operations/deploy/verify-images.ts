/** After the end: do the running tasks run the digests that were deployed? */
import type { Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import type { DeployContext } from './request.ts';

/** Reasons against the deployment; empty when every running task of the candidate runs every pinned digest, or nothing was pinned. */
export async function verifyImages(context: DeployContext, ports: Ports): Promise<Reason[]> {
  const pinned = context.plan.images.filter((image) => image.digest !== undefined);
  if (pinned.length === 0) {
    return [];
  }
  const { cluster, ecsService } = context.plan.target;
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'RUNNING' });
  const reasons: Reason[] = [];
  for (const { container, digest } of pinned) {
    const running = tasks.map(
      (task) => task.containers?.find((candidate) => candidate.name === container)?.imageDigest,
    );
    const wrong = running.filter((found) => found !== digest);
    const observed = `${running.length - wrong.length} of ${running.length} tasks run it`;
    const fine = running.length > 0 && wrong.length === 0;
    context.recorder.check({
      name: `digest of "${container}"`,
      verdict: fine ? 'pass' : running.length === 0 ? 'inconclusive' : 'fail',
      expected: digest ?? '',
      observed:
        wrong.length === 0
          ? observed
          : `${observed}; others run ${[...new Set(wrong)].map((found) => found ?? 'an unknown digest').join(', ')}`,
    });
    if (!fine) {
      reasons.push({ code: 'wrong-digest', message: `"${container}" was deployed as ${digest}, but ${observed}` });
    }
  }
  return reasons;
}

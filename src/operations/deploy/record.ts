/** The deployment as evidence keeps it. */
import type { DeploymentRecord } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import type { Followed } from './follow.ts';
import type { Change } from './plan/task-definition.ts';

/** Baseline, candidate with its digests, stages with their times, changes. `live` is the revision that serves after the end. */
export async function describeDeployment(
  subject: { readonly arn: string; readonly baseline: string | undefined; readonly changes: readonly Change[] },
  followed: Followed,
  live: string | undefined,
  ports: Ports,
): Promise<DeploymentRecord> {
  const { deployment, stages } = followed;
  const baseline = deployment.sourceServiceRevisions?.[0]?.arn ?? subject.baseline;
  const candidate = deployment.targetServiceRevision?.arn ?? '';
  const revisions = await ports.aws.ecs.serviceRevisions(
    [candidate, baseline].filter((arn) => arn !== undefined && arn !== '') as string[],
  );
  const describe = (arn: string) => {
    const revision = revisions.find((each) => each.serviceRevisionArn === arn);
    const images = (revision?.containerImages ?? []).map(({ image, imageDigest }) =>
      imageDigest === undefined || image?.includes('@') ? `${image}` : `${image}@${imageDigest}`,
    );
    return { revision: arn, taskDefinition: revision?.taskDefinition ?? 'unknown', images };
  };
  const reason = deployment.rollback?.reason ?? deployment.statusReason;
  return {
    arn: subject.arn,
    strategy: deployment.deploymentConfiguration?.strategy ?? 'unknown',
    status: deployment.status ?? 'unknown',
    ...(reason === undefined ? {} : { statusReason: reason }),
    baseline: baseline === undefined ? null : describe(baseline),
    candidate: describe(candidate),
    live: live ?? null,
    stages: stages.map(({ stage, startedAt, finishedAt }) => ({
      stage,
      startedAt: startedAt.toISOString(),
      ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
    })),
    changes: [...subject.changes],
  };
}

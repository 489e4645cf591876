/** What runs now: service, revision, deployments, targets and weights, read and shown; judges nothing. */
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import { readLive } from './live.ts';
import { shortName, weightsOf } from './preflight.ts';

export interface ServiceStatus {
  readonly service: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly images: readonly { readonly image: string; readonly digest: string | null }[];
  readonly tasks: { readonly desired: number; readonly running: number; readonly pending: number };
  readonly deployment: {
    readonly arn: string;
    readonly status: string;
    readonly stage: string | null;
    readonly waitingFor: readonly string[];
  } | null;
  readonly targetGroups: readonly {
    readonly name: string;
    readonly live: boolean;
    readonly weight: number;
    readonly states: Readonly<Record<string, number>>;
  }[];
  readonly recentEvents: readonly string[];
}

/** Reads the status. @throws InputError when the service does not exist. */
export async function readStatus(target: ServiceInEnvironment, ports: Ports): Promise<ServiceStatus> {
  const live = await readLive(target, ports);
  const running = live.running[0]?.serviceDeploymentArn;
  const deployment = running === undefined ? undefined : await ports.aws.ecs.serviceDeployment(running);
  const weights = weightsOf(live.productionRule);
  return {
    service: target.ecsService,
    cluster: target.cluster,
    taskDefinition: live.revision?.taskDefinition ?? live.service.taskDefinition ?? 'unknown',
    images: (live.revision?.containerImages ?? []).map((image) => ({
      image: image.image ?? 'unknown',
      digest: image.imageDigest ?? null,
    })),
    tasks: {
      desired: live.service.desiredCount ?? 0,
      running: live.service.runningCount ?? 0,
      pending: live.service.pendingCount ?? 0,
    },
    deployment:
      deployment === undefined
        ? null
        : {
            arn: deployment.serviceDeploymentArn ?? '',
            status: deployment.status ?? 'unknown',
            stage: deployment.lifecycleStage ?? null,
            waitingFor: (deployment.lifecycleHookDetails ?? [])
              .filter((hook) => hook.status === 'AWAITING_ACTION')
              .map((hook) => hook.hookId ?? ''),
          },
    targetGroups: [...live.targetGroups].map(([arn, { health }]) => ({
      name: shortName(arn),
      live: arn === live.liveTargetGroup,
      weight: weights.get(arn) ?? 0,
      states: countBy(health.map((target) => target.TargetHealth?.State ?? 'unknown')),
    })),
    recentEvents: (live.service.events ?? [])
      .slice(0, 5)
      .map((event) => `${event.createdAt?.toISOString() ?? ''} ${event.message ?? ''}`),
  };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** What runs now: service, revision, deployments, targets and weights, read and shown; judges nothing. */
import type { Service } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import { controllerOf, type LiveService, readLive } from './live.ts';
import { shortName, weightsOf } from './plan/preflight-traffic.ts';
import { putBack, rememberedOn } from './way-back/restore.ts';

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
    /** Of production traffic, relative to the others'; null where the listener rule is not known to ECS. */
    readonly weight: number | null;
    readonly states: Readonly<Record<string, number>>;
  }[];
  /** Who moves the service's deployments: ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
  /** Of a service whose deployments CodeDeploy or an external controller makes. */
  readonly taskSets: readonly {
    readonly status: string;
    readonly taskDefinition: string;
    readonly running: number;
    readonly desired: number;
    readonly stable: boolean;
  }[];
  /** What a deployment that was cut short left on the service; null when nothing. */
  readonly leftover: { readonly message: string; readonly repairable: boolean } | null;
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
    taskDefinition: live.taskDefinition.taskDefinitionArn ?? 'unknown',
    images: imagesOf(live),
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
      weight: live.productionRule === undefined ? null : (weights.get(arn) ?? 0),
      states: countBy(health.map((target) => target.TargetHealth?.State ?? 'unknown')),
    })),
    controller: controllerOf(live.service),
    taskSets: taskSetsOf(live.service),
    leftover: leftoverOf(live),
    recentEvents: (live.service.events ?? [])
      .slice(0, 5)
      .map((event) => `${event.createdAt?.toISOString() ?? ''} ${event.message ?? ''}`),
  };
}

/** With digests where ECS keeps a revision; else as the task definition names them. */
function imagesOf({ revision, taskDefinition }: LiveService): ServiceStatus['images'] {
  return revision?.containerImages === undefined
    ? (taskDefinition.containerDefinitions ?? []).map(({ image }) => ({ image: image ?? 'unknown', digest: null }))
    : revision.containerImages.map(({ image, imageDigest }) => ({
        image: image ?? 'unknown',
        digest: imageDigest ?? null,
      }));
}

function taskSetsOf(service: Service): ServiceStatus['taskSets'] {
  return (service.taskSets ?? []).map((set) => ({
    status: set.status ?? 'unknown',
    taskDefinition: set.taskDefinition ?? 'unknown',
    running: set.runningCount ?? 0,
    desired: set.computedDesiredCount ?? 0,
    stable: set.stabilityStatus === 'STEADY_STATE',
  }));
}

/** While a deployment runs, what is on the service belongs to it. */
function leftoverOf(live: LiveService): ServiceStatus['leftover'] {
  const remembered = rememberedOn(live.service);
  if (remembered === undefined) {
    return null;
  }
  const pause = remembered.pause === undefined ? '' : ` and a pause at ${remembered.pause.stages.join(', ')}`;
  const left = `a deployment by surefoot left its strategy${pause} on the service`;
  return live.running.length > 0
    ? {
        message: `a deployment by surefoot is under way, or was cut short: its strategy${pause} are on the service`,
        repairable: false,
      }
    : {
        message: `${left}: any later deployment would wait there. \`surefoot status --repair\` puts back what was there`,
        repairable: true,
      };
}

/** Puts back what a dead run left. Resolves with what was done; nothing is touched while a deployment runs. */
export async function repair(target: ServiceInEnvironment, ports: Ports): Promise<string> {
  const live = await readLive(target, ports);
  const remembered = rememberedOn(live.service);
  if (remembered === undefined) {
    return 'nothing of surefoot is left on the service';
  }
  if (live.running.length > 0) {
    return `nothing was repaired: a deployment is ${live.running[0]?.status}; repair once it has ended. If nobody follows it any more, \`surefoot rollback\` ends it, or the same \`surefoot deploy\` takes it over`;
  }
  await putBack(live.service, remembered, ports.aws);
  return 'put back the deployment configuration that an earlier run had left';
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

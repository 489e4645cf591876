/** Application Auto Scaling as far as it is about the desired count of an ECS service: its bounds, what is suspended, what is scheduled. */
import {
  type ApplicationAutoScalingClient,
  DeleteScheduledActionCommand,
  DescribeScalableTargetsCommand,
  PutScheduledActionCommand,
  paginateDescribeScheduledActions,
  RegisterScalableTargetCommand,
  type ScheduledAction as SdkScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import { awsCall } from './errors.ts';

export { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';

/** What is suspended; true: does not happen. */
export interface Suspension {
  readonly scaleIn: boolean;
  readonly scaleOut: boolean;
  readonly scheduled: boolean;
}

export interface ScalableTarget {
  readonly minimum: number;
  readonly maximum: number;
  readonly suspended: Suspension;
}

export interface ScheduledAction {
  readonly name: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly schedule: string;
  /** IANA name; UTC where AWS says none. */
  readonly timeZone: string;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** An ECS service by the names of its cluster and itself. */
export interface ScaledService {
  readonly cluster: string;
  readonly ecsService: string;
}

export interface AutoScalingGateway {
  /** Undefined when the service is not registered as a scalable target. */
  scalableTarget(service: ScaledService): Promise<ScalableTarget | undefined>;
  /** Changes what is given and leaves the rest, or registers the service. AWS then brings the desired count into the bounds at once. */
  register(service: ScaledService, change: Partial<ScalableTarget>): Promise<void>;
  scheduledActions(service: ScaledService): Promise<ScheduledAction[]>;
  /** Creates the action or replaces the one of that name. */
  putScheduledAction(service: ScaledService, action: ScheduledAction): Promise<void>;
  deleteScheduledAction(service: ScaledService, name: string): Promise<void>;
}

const NAMESPACE = 'ecs';
const DIMENSION = 'ecs:service:DesiredCount';

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createAutoScalingGateway(
  client: ApplicationAutoScalingClient,
  signal?: AbortSignal,
): AutoScalingGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async scalableTarget(service) {
      const answer = await awsCall('application-autoscaling:DescribeScalableTargets', () =>
        client.send(
          new DescribeScalableTargetsCommand({
            ServiceNamespace: NAMESPACE,
            ScalableDimension: DIMENSION,
            ResourceIds: [resourceId(service)],
          }),
          options,
        ),
      );
      const [target] = answer.ScalableTargets ?? [];
      return (
        target && {
          minimum: target.MinCapacity ?? 0,
          maximum: target.MaxCapacity ?? 0,
          suspended: {
            scaleIn: target.SuspendedState?.DynamicScalingInSuspended ?? false,
            scaleOut: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
            scheduled: target.SuspendedState?.ScheduledScalingSuspended ?? false,
          },
        }
      );
    },
    async register(service, { minimum, maximum, suspended }) {
      await awsCall('application-autoscaling:RegisterScalableTarget', () =>
        client.send(
          new RegisterScalableTargetCommand({
            ...identity(service),
            ...(minimum === undefined ? {} : { MinCapacity: minimum }),
            ...(maximum === undefined ? {} : { MaxCapacity: maximum }),
            ...(suspended === undefined
              ? {}
              : {
                  SuspendedState: {
                    DynamicScalingInSuspended: suspended.scaleIn,
                    DynamicScalingOutSuspended: suspended.scaleOut,
                    ScheduledScalingSuspended: suspended.scheduled,
                  },
                }),
          }),
          options,
        ),
      );
    },
    async scheduledActions(service) {
      const found: ScheduledAction[] = [];
      await awsCall('application-autoscaling:DescribeScheduledActions', async () => {
        for await (const page of paginateDescribeScheduledActions({ client }, identity(service), options)) {
          found.push(...(page.ScheduledActions ?? []).map(toAction));
        }
      });
      return found;
    },
    async putScheduledAction(service, { name, schedule, timeZone, minimum, maximum }) {
      await awsCall('application-autoscaling:PutScheduledAction', () =>
        client.send(
          new PutScheduledActionCommand({
            ...identity(service),
            ScheduledActionName: name,
            Schedule: schedule,
            Timezone: timeZone,
            ScalableTargetAction: {
              ...(minimum === undefined ? {} : { MinCapacity: minimum }),
              ...(maximum === undefined ? {} : { MaxCapacity: maximum }),
            },
          }),
          options,
        ),
      );
    },
    async deleteScheduledAction(service, name) {
      await awsCall('application-autoscaling:DeleteScheduledAction', () =>
        client.send(new DeleteScheduledActionCommand({ ...identity(service), ScheduledActionName: name }), options),
      );
    },
  };
}

function identity(service: ScaledService) {
  return { ServiceNamespace: NAMESPACE, ResourceId: resourceId(service), ScalableDimension: DIMENSION } as const;
}

/** "Example: service/my-cluster/my-service" (AWS: RegisterScalableTarget). */
function resourceId({ cluster, ecsService }: ScaledService): string {
  return `service/${cluster}/${ecsService}`;
}

function toAction(action: SdkScheduledAction): ScheduledAction {
  return {
    name: action.ScheduledActionName ?? '',
    schedule: action.Schedule ?? '',
    timeZone: action.Timezone ?? 'UTC',
    minimum: action.ScalableTargetAction?.MinCapacity,
    maximum: action.ScalableTargetAction?.MaxCapacity,
  };
}

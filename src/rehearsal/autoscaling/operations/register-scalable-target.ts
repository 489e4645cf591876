import {
  RegisterScalableTarget$,
  type RegisterScalableTargetRequest,
  type RegisterScalableTargetResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { checkRange, NOT_SUSPENDED, newTargetArn, serviceOf, type TargetRecord } from '../scalable-targets.ts';
import { checkTags } from './tags.ts';

/**
 * Registers a service's range, or changes what is given of it, and at once brings the service's desired count into the range, "even if
 * you don't include the MinCapacity or MaxCapacity request parameters". Suspending does not prevent that. Members of SuspendedState
 * that are left out stay as they are, as other parameters do.
 */
export function registerScalableTarget(context: AutoScalingContext) {
  return operation<RegisterScalableTargetRequest, RegisterScalableTargetResponse>({
    schema: RegisterScalableTarget$,
    supports: [
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'MinCapacity',
      'MaxCapacity',
      'SuspendedState.*',
      'Tags',
    ],
    inert: { RoleARN: 'given back; there is no IAM here' },
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
    handle: (input) => {
      const reference = serviceOf(input);
      const resourceId = `service/${reference.cluster}/${reference.service}`;
      // One after the other: what one reads of the service must not be outdated by what another has just made of it.
      return context.exclusive.run(resourceId, async () => {
        if ((await context.capacity.service(resourceId)) === undefined) {
          throw errors.invalid(`ECS service doesn't exist: ${resourceId}`);
        }
        const target = changed(context, resourceId, input);
        context.targets.set(resourceId, target);
        await context.capacity.bringIntoRange(target);
        return { ScalableTargetARN: target.arn };
      });
    },
  });
}

function changed(
  { targets, region, accountId, clock }: AutoScalingContext,
  resourceId: string,
  input: RegisterScalableTargetRequest,
): TargetRecord {
  const before = targets.get(resourceId);
  const minimum = input.MinCapacity ?? before?.minimum;
  const maximum = input.MaxCapacity ?? before?.maximum;
  if (minimum === undefined || maximum === undefined) {
    throw errors.invalid('Both MinCapacity and MaxCapacity must be specified when registering a new scalable target.');
  }
  checkRange({ minimum, maximum });
  const tags = new Map([...(before?.tags ?? []), ...Object.entries(input.Tags ?? {})]);
  checkTags(tags);
  const given = Object.entries(input.SuspendedState ?? {}).filter(([, value]) => value !== undefined);
  return {
    arn: before?.arn ?? newTargetArn({ region, accountId }),
    resourceId,
    minimum,
    maximum,
    suspended: { ...(before?.suspended ?? NOT_SUSPENDED), ...Object.fromEntries(given) },
    roleArn: input.RoleARN ?? before?.roleArn ?? serviceLinkedRole(accountId),
    createdAt: before?.createdAt ?? clock.now(),
    tags,
  };
}

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html */
function serviceLinkedRole(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;
}

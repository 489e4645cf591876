import {
  StopServiceDeployment$,
  type StopServiceDeploymentRequest,
  type StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { isFinal } from '../records/deployment.ts';

/** Rolls a deployment back to the previous revision. "The valid values are ROLLBACK": ABORT is in the SDK's enum only. */
export function stopServiceDeployment({ world, controller }: EcsContext) {
  return operation<StopServiceDeploymentRequest, StopServiceDeploymentResponse>({
    schema: StopServiceDeployment$,
    supports: ['serviceDeploymentArn', 'stopType'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html',
    handle: ({ serviceDeploymentArn: arn = '', stopType = 'ROLLBACK' }) => {
      if (stopType !== 'ROLLBACK') {
        throw errors.invalid(`Invalid stopType ${stopType}. The valid values are ROLLBACK.`);
      }
      const deployment = world.state.findDeployment(arn);
      if (deployment === undefined) {
        throw errors.deploymentNotFound();
      }
      if (isFinal(deployment)) {
        throw errors.conflict(
          `The service deployment cannot be stopped because it is in the ${deployment.status} state.`,
        );
      }
      controller(deployment.service).runOf(deployment)?.requestRollback('StopServiceDeployment');
      return { serviceDeploymentArn: arn };
    },
  });
}

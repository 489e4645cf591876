import {
  ContinueServiceDeployment$,
  type ContinueServiceDeploymentRequest,
  type ContinueServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';

/** Answers a PAUSE hook. The deployment must be IN_PROGRESS and the hook AWAITING_ACTION; AWS lists no conflict error for this call. */
export function continueServiceDeployment({ world, controller }: EcsContext) {
  return operation<ContinueServiceDeploymentRequest, ContinueServiceDeploymentResponse>({
    schema: ContinueServiceDeployment$,
    supports: ['serviceDeploymentArn', 'hookId', 'action'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html',
    handle: ({ serviceDeploymentArn: arn = '', hookId, action = 'CONTINUE' }) => {
      const deployment = world.state.findDeployment(arn);
      if (deployment === undefined) {
        throw errors.deploymentNotFound();
      }
      if (action !== 'CONTINUE' && action !== 'ROLLBACK') {
        throw errors.invalid('action must be CONTINUE or ROLLBACK.');
      }
      if (deployment.status !== 'IN_PROGRESS') {
        throw errors.invalid(
          `The service deployment is in the ${deployment.status} state. Only a deployment that is IN_PROGRESS can be continued.`,
        );
      }
      const hook = deployment.hooks.find(({ id }) => id === hookId);
      if (hook === undefined) {
        throw errors.invalid(`The service deployment has no lifecycle hook ${hookId}.`);
      }
      if (hook.status !== 'AWAITING_ACTION') {
        throw errors.invalid(
          `The lifecycle hook ${hookId} is in the ${hook.status} state. Only a hook that is AWAITING_ACTION can be continued.`,
        );
      }
      controller(deployment.service).runOf(deployment)?.answer(hook, action);
      return { serviceDeploymentArn: arn };
    },
  });
}

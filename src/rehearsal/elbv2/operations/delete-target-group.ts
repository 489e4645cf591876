import {
  DeleteTargetGroup$,
  type DeleteTargetGroupCommandInput,
  type DeleteTargetGroupCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { loadBalancersOf } from '../state.ts';

/** Deletes a target group that no rule names; one that is not there is no error. */
export function deleteTargetGroup(context: Elbv2Context): Operation {
  return operation<DeleteTargetGroupCommandInput, Result<DeleteTargetGroupCommandOutput>>({
    schema: DeleteTargetGroup$,
    supports: ['TargetGroupArn'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html',
    handle: (input) =>
      context.store.change((draft) => {
        const arn = input.TargetGroupArn ?? '';
        if (loadBalancersOf(draft, arn).length > 0) {
          throw new AwsError(
            'ResourceInUseException',
            `Target group '${arn}' is currently in use by a listener or a rule`,
          );
        }
        draft.targetGroups.delete(arn);
        draft.tags.delete(arn);
        return {};
      }),
  });
}

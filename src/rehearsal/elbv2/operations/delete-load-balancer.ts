import {
  DeleteLoadBalancer$,
  type DeleteLoadBalancerCommandInput,
  type DeleteLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { removeListener } from '../state.ts';

/** Deletes a load balancer with its listeners and rules; one that is not there is no error. */
export function deleteLoadBalancer(context: Elbv2Context): Operation {
  return operation<DeleteLoadBalancerCommandInput, Result<DeleteLoadBalancerCommandOutput>>({
    schema: DeleteLoadBalancer$,
    supports: ['LoadBalancerArn'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html',
    handle: (input) =>
      context.store.change((draft) => {
        const arn = input.LoadBalancerArn ?? '';
        const record = draft.loadBalancers.get(arn);
        if (record?.attributes['deletion_protection.enabled'] === 'true') {
          throw new AwsError(
            'OperationNotPermittedException',
            `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
          );
        }
        for (const listener of [...draft.listeners.values()].filter((each) => each.loadBalancerArn === arn)) {
          removeListener(draft, listener.arn);
        }
        draft.loadBalancers.delete(arn);
        draft.tags.delete(arn);
        return {};
      }),
  });
}

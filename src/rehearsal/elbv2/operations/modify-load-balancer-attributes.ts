import {
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesCommandInput,
  type ModifyLoadBalancerAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import { changeAttributes, LOAD_BALANCER_ATTRIBUTES, listAttributes } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, loadBalancerNotFound } from '../errors.ts';

/** Sets attributes of a load balancer; those that have no effect here may only be set to their defaults. */
export function modifyLoadBalancerAttributes(context: Elbv2Context): Operation {
  return operation<ModifyLoadBalancerAttributesCommandInput, Result<ModifyLoadBalancerAttributesCommandOutput>>({
    schema: ModifyLoadBalancerAttributes$,
    supports: ['LoadBalancerArn', 'Attributes[].*'],

    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html',
    handle: (input) =>
      context.store.change((draft) => {
        const record = find(draft.loadBalancers, input.LoadBalancerArn, loadBalancerNotFound);
        const attributes = changeAttributes(LOAD_BALANCER_ATTRIBUTES, record.attributes, input.Attributes ?? []);
        draft.loadBalancers.set(record.arn, { ...record, attributes });
        return { Attributes: listAttributes(attributes) };
      }),
  });
}

import {
  DescribeLoadBalancerAttributes$,
  type DescribeLoadBalancerAttributesCommandInput,
  type DescribeLoadBalancerAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import { listAttributes } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, loadBalancerNotFound } from '../errors.ts';

/** All attributes of a load balancer, defaults included. */
export function describeLoadBalancerAttributes(context: Elbv2Context): Operation {
  return operation<DescribeLoadBalancerAttributesCommandInput, Result<DescribeLoadBalancerAttributesCommandOutput>>({
    schema: DescribeLoadBalancerAttributes$,
    supports: ['LoadBalancerArn'],

    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html',
    handle: (input) => ({
      Attributes: listAttributes(
        find(context.store.read().loadBalancers, input.LoadBalancerArn, loadBalancerNotFound).attributes,
      ),
    }),
  });
}

import {
  DescribeLoadBalancers$,
  type DescribeLoadBalancersCommandInput,
  type DescribeLoadBalancersCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, loadBalancerNotFound } from '../errors.ts';
import { page } from '../paging.ts';
import { renderLoadBalancer } from '../render.ts';
import type { ElbState, LoadBalancerRecord } from '../state.ts';

function selected(state: ElbState, input: DescribeLoadBalancersCommandInput): readonly LoadBalancerRecord[] {
  if (input.LoadBalancerArns !== undefined && input.LoadBalancerArns.length > 0) {
    return input.LoadBalancerArns.map((arn) => find(state.loadBalancers, arn, loadBalancerNotFound));
  }
  if (input.Names !== undefined && input.Names.length > 0) {
    const byName = new Map([...state.loadBalancers.values()].map((record) => [record.name, record]));
    return input.Names.map((name) => find(byName, name, loadBalancerNotFound));
  }
  return [...state.loadBalancers.values()];
}

/** Describes all load balancers, or those of the ARNs or names given. */
export function describeLoadBalancers(context: Elbv2Context): Operation {
  return operation<DescribeLoadBalancersCommandInput, Result<DescribeLoadBalancersCommandOutput>>({
    schema: DescribeLoadBalancers$,
    supports: ['LoadBalancerArns', 'Names', 'Marker', 'PageSize'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html',
    handle: (input) => {
      const { items, ...next } = page(selected(context.store.read(), input), input);
      return { LoadBalancers: items.map((record) => renderLoadBalancer(record, context.vpcId)), ...next };
    },
  });
}

import {
  DescribeListeners$,
  type DescribeListenersCommandInput,
  type DescribeListenersCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound, loadBalancerNotFound, validationError } from '../errors.ts';
import { page } from '../paging.ts';
import { renderListener } from '../render.ts';
import type { ElbState, ListenerRecord } from '../state.ts';

function selected(state: ElbState, input: DescribeListenersCommandInput): readonly ListenerRecord[] {
  if (input.ListenerArns !== undefined && input.ListenerArns.length > 0) {
    return input.ListenerArns.map((arn) => find(state.listeners, arn, listenerNotFound));
  }
  if (input.LoadBalancerArn === undefined) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const { arn } = find(state.loadBalancers, input.LoadBalancerArn, loadBalancerNotFound);
  return [...state.listeners.values()].filter((record) => record.loadBalancerArn === arn);
}

/** Describes the listeners of a load balancer, or those of the ARNs given. */
export function describeListeners(context: Elbv2Context): Operation {
  return operation<DescribeListenersCommandInput, Result<DescribeListenersCommandOutput>>({
    schema: DescribeListeners$,
    supports: ['LoadBalancerArn', 'ListenerArns', 'Marker', 'PageSize'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html',
    handle: (input) => {
      const state = context.store.read();
      const { items, ...next } = page(selected(state, input), input);
      return { Listeners: items.map((record) => renderListener(state, record)), ...next };
    },
  });
}

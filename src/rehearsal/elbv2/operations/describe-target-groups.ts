import {
  DescribeTargetGroups$,
  type DescribeTargetGroupsCommandInput,
  type DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, loadBalancerNotFound, targetGroupNotFound } from '../errors.ts';
import { page } from '../paging.ts';
import { renderTargetGroup } from '../render.ts';
import { type ElbState, loadBalancersOf, type TargetGroupRecord } from '../state.ts';

function selected(state: ElbState, input: DescribeTargetGroupsCommandInput): readonly TargetGroupRecord[] {
  if (input.TargetGroupArns !== undefined && input.TargetGroupArns.length > 0) {
    return input.TargetGroupArns.map((arn) => find(state.targetGroups, arn, targetGroupNotFound));
  }
  const all = [...state.targetGroups.values()];
  if (input.Names !== undefined && input.Names.length > 0) {
    const byName = new Map(all.map((record) => [record.name, record]));
    return input.Names.map((name) => find(byName, name, targetGroupNotFound));
  }
  if (input.LoadBalancerArn !== undefined) {
    const { arn } = find(state.loadBalancers, input.LoadBalancerArn, loadBalancerNotFound);
    return all.filter((record) => loadBalancersOf(state, record.arn).some((loadBalancer) => loadBalancer.arn === arn));
  }
  return all;
}

/** Describes all target groups, or those of the ARNs, names or load balancer given. */
export function describeTargetGroups(context: Elbv2Context): Operation {
  return operation<DescribeTargetGroupsCommandInput, Result<DescribeTargetGroupsCommandOutput>>({
    schema: DescribeTargetGroups$,
    supports: ['TargetGroupArns', 'Names', 'LoadBalancerArn', 'Marker', 'PageSize'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html',
    handle: (input) => {
      const state = context.store.read();
      const { items, ...next } = page(selected(state, input), input);
      return { TargetGroups: items.map((record) => renderTargetGroup(state, record, context.vpcId)), ...next };
    },
  });
}

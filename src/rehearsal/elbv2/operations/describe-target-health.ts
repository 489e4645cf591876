import {
  DescribeTargetHealth$,
  type DescribeTargetHealthCommandInput,
  type DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';
import { renderTargetHealth, renderUnregistered } from '../render.ts';

/** The health of a group's targets, or of those named; a deregistered one shows draining until its delay is over. */
export function describeTargetHealth(context: Elbv2Context): Operation {
  return operation<DescribeTargetHealthCommandInput, Result<DescribeTargetHealthCommandOutput>>({
    schema: DescribeTargetHealth$,
    supports: ['TargetGroupArn', 'Targets[].Id', 'Targets[].Port', 'Targets[].AvailabilityZone'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html',
    handle: (input) => {
      const state = context.store.read();
      const group = find(state.targetGroups, input.TargetGroupArn, targetGroupNotFound);
      const describe = (target: (typeof group.targets)[number]) =>
        renderTargetHealth(context.store, state, group, target);
      if (input.Targets === undefined || input.Targets.length === 0) {
        return { TargetHealthDescriptions: group.targets.map(describe) };
      }
      return {
        TargetHealthDescriptions: input.Targets.map(({ Id: host = '', Port: port = group.port }) => {
          const target = group.targets.find((each) => each.host === host && each.port === port);
          return target === undefined ? renderUnregistered(host, port) : describe(target);
        }),
      };
    },
  });
}

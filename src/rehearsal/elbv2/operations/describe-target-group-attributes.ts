import {
  DescribeTargetGroupAttributes$,
  type DescribeTargetGroupAttributesCommandInput,
  type DescribeTargetGroupAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import { listAttributes } from '../attributes.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, targetGroupNotFound } from '../errors.ts';

/** All attributes of a target group, defaults included. */
export function describeTargetGroupAttributes(context: Elbv2Context): Operation {
  return operation<DescribeTargetGroupAttributesCommandInput, Result<DescribeTargetGroupAttributesCommandOutput>>({
    schema: DescribeTargetGroupAttributes$,
    supports: ['TargetGroupArn'],

    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html',
    handle: (input) => ({
      Attributes: listAttributes(
        find(context.store.read().targetGroups, input.TargetGroupArn, targetGroupNotFound).attributes,
      ),
    }),
  });
}

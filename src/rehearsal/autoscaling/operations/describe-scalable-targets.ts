import {
  DescribeScalableTargets$,
  type DescribeScalableTargetsRequest,
  type DescribeScalableTargetsResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { operation } from '../../wire/operation.ts';
import type { AutoScalingContext } from '../context.ts';
import { errors } from '../errors.ts';
import { checkKind, targetView } from '../scalable-targets.ts';

/** "If this parameter is not used, the operation returns up to 50 results"; it is the most that can be asked for, too. */
const LARGEST_PAGE = 50;

/** Targets in the order in which they were registered, all or those of some services. */
export function describeScalableTargets({ targets }: AutoScalingContext) {
  return operation<DescribeScalableTargetsRequest, DescribeScalableTargetsResponse>({
    schema: DescribeScalableTargets$,
    supports: ['ServiceNamespace', 'ResourceIds', 'ScalableDimension', 'MaxResults', 'NextToken'],
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html',
    handle: (input) => {
      checkKind(input);
      const size = input.MaxResults ?? LARGEST_PAGE;
      if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
        throw errors.invalid(`MaxResults must be between 1 and ${LARGEST_PAGE}.`);
      }
      const start = input.NextToken === undefined ? 0 : readToken(input.NextToken);
      const found = [...targets.values()].filter(
        ({ resourceId }) => input.ResourceIds === undefined || input.ResourceIds.includes(resourceId),
      );
      const end = start + size;
      return {
        ScalableTargets: found.slice(start, end).map(targetView),
        ...(end < found.length ? { NextToken: writeToken(end) } : {}),
      };
    },
  });
}

const PREFIX = 'scalable-targets:';

function writeToken(start: number): string {
  return Buffer.from(`${PREFIX}${start}`).toString('base64url');
}

function readToken(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const start = Number(text.slice(PREFIX.length));
  if (!text.startsWith(PREFIX) || !Number.isSafeInteger(start) || start < 0) {
    throw errors.invalidToken();
  }
  return start;
}

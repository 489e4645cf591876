import {
  DescribeTags$,
  type DescribeTagsCommandInput,
  type DescribeTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { requireResource } from '../tags.ts';

/** The tags of the resources given. */
export function describeTags(context: Elbv2Context): Operation {
  return operation<DescribeTagsCommandInput, Result<DescribeTagsCommandOutput>>({
    schema: DescribeTags$,
    supports: ['ResourceArns'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html',
    handle: (input) => {
      const state = context.store.read();
      return {
        TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => {
          requireResource(state, ResourceArn);
          const tags = [...(state.tags.get(ResourceArn) ?? [])];
          return { ResourceArn, Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
        }),
      };
    },
  });
}

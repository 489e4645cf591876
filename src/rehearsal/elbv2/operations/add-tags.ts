import {
  AddTags$,
  type AddTagsCommandInput,
  type AddTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { putTags, requireResource } from '../tags.ts';

/** Adds tags to load balancers, target groups, listeners and rules. */
export function addTags(context: Elbv2Context): Operation {
  return operation<AddTagsCommandInput, Result<AddTagsCommandOutput>>({
    schema: AddTags$,
    supports: ['ResourceArns', 'Tags[].*'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html',
    handle: (input) =>
      context.store.change((draft) => {
        for (const arn of input.ResourceArns ?? []) {
          requireResource(draft, arn);
          putTags(draft, arn, input.Tags);
        }
        return {};
      }),
  });
}

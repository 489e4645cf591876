import {
  RemoveTags$,
  type RemoveTagsCommandInput,
  type RemoveTagsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { requireResource } from '../tags.ts';

/** Removes tags by key; keys that are not there are no error. */
export function removeTags(context: Elbv2Context): Operation {
  return operation<RemoveTagsCommandInput, Result<RemoveTagsCommandOutput>>({
    schema: RemoveTags$,
    supports: ['ResourceArns', 'TagKeys'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html',
    handle: (input) =>
      context.store.change((draft) => {
        const keys = new Set(input.TagKeys);
        for (const arn of input.ResourceArns ?? []) {
          requireResource(draft, arn);
          draft.tags.set(arn, new Map([...(draft.tags.get(arn) ?? [])].filter(([key]) => !keys.has(key))));
        }
        return {};
      }),
  });
}

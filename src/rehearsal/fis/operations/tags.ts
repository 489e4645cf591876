/** Tags of templates and experiments, by ARN. */
import type { Operation } from '../../wire/operation.ts';
import type { FisContext } from '../context.ts';
import { errors } from '../errors.ts';
import { addTags } from '../tags.ts';
import { fisOperation } from './define.ts';

/** The operations on tags. */
export function tagOperations(context: FisContext): Operation[] {
  return [
    fisOperation('TagResource', {
      supports: ['resourceArn', 'tags'],
      handle: ({ resourceArn, tags }) => {
        addTags(tagsOf(context, resourceArn), tags);
        return {};
      },
    }),
    fisOperation('UntagResource', {
      supports: ['resourceArn', 'tagKeys'],
      handle: ({ resourceArn, tagKeys }) => {
        const tags = tagsOf(context, resourceArn);
        for (const key of tagKeys ?? []) {
          tags.delete(key);
        }
        return {};
      },
    }),
    fisOperation('ListTagsForResource', {
      supports: ['resourceArn'],
      handle: ({ resourceArn }) => ({ tags: Object.fromEntries(tagsOf(context, resourceArn)) }),
    }),
  ];
}

function tagsOf({ templates, experiments }: FisContext, arn: string): Map<string, string> {
  const resources = [...templates.values(), ...experiments.all()];
  const found = resources.find((resource) => resource.arn === arn);
  if (found === undefined) {
    throw errors.noResource(arn);
  }
  return found.tags;
}

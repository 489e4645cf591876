import {
  DescribeTaskDefinition$,
  type DescribeTaskDefinitionRequest,
  type DescribeTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { lookUpTaskDefinition } from '../lookup.ts';
import { tagList } from '../tag-rules.ts';

/** One task definition; a family alone means its newest ACTIVE revision. */
export function describeTaskDefinition({ world }: EcsContext) {
  return operation<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>({
    schema: DescribeTaskDefinition$,
    supports: ['taskDefinition', 'include'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html',
    handle: ({ taskDefinition: reference, include }) => {
      const record = lookUpTaskDefinition(world.state, reference ?? '');
      if (record === undefined) {
        throw errors.cannotDescribeTaskDefinition();
      }
      return {
        taskDefinition: record.definition,
        ...(include?.includes('TAGS') ? { tags: tagList(record.tags) } : {}),
      };
    },
  });
}

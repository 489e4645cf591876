import {
  ListTaskDefinitions$,
  type ListTaskDefinitionsRequest,
  type ListTaskDefinitionsResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { page } from '../paging.ts';

/** ARNs of task definitions of one status, by family and revision. */
export function listTaskDefinitions({ world }: EcsContext) {
  return operation<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse>({
    schema: ListTaskDefinitions$,
    supports: ['familyPrefix', 'status', 'sort', 'nextToken', 'maxResults'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html',
    handle: (input) => {
      const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
      // "If a familyName is specified, only the revisions of that family": it is the whole name, in spite of the member's.
      const { taskDefinitions } = world.state;
      const families = taskDefinitions.families().filter((name) => familyPrefix === undefined || name === familyPrefix);
      const found = families
        .sort()
        .flatMap((name) => taskDefinitions.of(name))
        .filter((record) => record.definition.status === status);
      const { items, nextToken } = page(sort === 'DESC' ? found.reverse() : found, input);
      return { taskDefinitionArns: items.map((record) => record.arn), ...nextToken };
    },
  });
}

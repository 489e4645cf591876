/** Resources by their tags, whichever service has them. What tags which resources is registered from outside. */
import {
  GetResources$,
  type GetResourcesCommandInput,
  type GetResourcesCommandOutput,
  type TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { operation, type ServiceModule } from '../wire/operation.ts';

export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type TaggedSource = () => Promise<readonly TaggedResource[]> | readonly TaggedResource[];

/** The service over these sources. All resources are on one page. */
export function createTagging(sources: readonly TaggedSource[]): ServiceModule {
  return {
    id: 'tagging',
    operations: [
      operation<GetResourcesCommandInput, Omit<GetResourcesCommandOutput, '$metadata'>>({
        schema: GetResources$,
        supports: ['TagFilters[].Key', 'TagFilters[].Values'],
        inert: { ResourcesPerPage: 'all resources are on one page' },
        source: 'https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html',
        async handle({ TagFilters: filters = [] }) {
          const all = (await Promise.all(sources.map((source) => source()))).flat();
          const found = all.filter(({ tags }) => filters.every((filter) => matches(tags, filter)));
          return {
            PaginationToken: '',
            ResourceTagMappingList: found.map(({ arn, tags }) => ({
              ResourceARN: arn,
              Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            })),
          };
        },
      }),
    ],
  };
}

/** Has the key, with one of the values where any are named (AWS: GetResources, TagFilters). */
function matches(tags: TaggedResource['tags'], { Key: key = '', Values: values = [] }: TagFilter): boolean {
  const value = tags[key];
  return value !== undefined && (values.length === 0 || values.includes(value));
}

/** Resources of any service by their tags (AWS: Resource Groups Tagging API). */
import { paginateGetResources, type ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { awsCall } from './errors.ts';

export { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';

export interface TaggingGateway {
  /** ARNs of what carries the tag now, in the region of the client. Services that the API does not know are not among them. */
  taggedWith(key: string, value: string): Promise<string[]>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createTaggingGateway(client: ResourceGroupsTaggingAPIClient, signal?: AbortSignal): TaggingGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    taggedWith: (key, value) =>
      awsCall('tag:GetResources', async () => {
        const found: string[] = [];
        const filter = { TagFilters: [{ Key: key, Values: [value] }] };
        for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, filter, options)) {
          // The API lists what was tagged before too.
          const now = ResourceTagMappingList.filter(({ Tags = [] }) =>
            Tags.some((tag) => tag.Key === key && tag.Value === value),
          );
          found.push(...now.flatMap(({ ResourceARN }) => ResourceARN ?? []));
        }
        return found;
      }),
  };
}

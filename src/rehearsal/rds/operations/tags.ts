import { type Operation, operation } from '../../wire/operation.ts';
import type { RdsContext } from '../context.ts';
import { invalidValue } from '../errors.ts';
import { type Instances, renderTags } from '../instances.ts';
import { operationSchema } from '../schemas.ts';
import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '../types.ts';

const API = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference';

/** The tags of the instance that an ARN names. @throws AwsError for what is no ARN, and for one of nothing that is there */
function tagsOf(instances: Instances, arn: string): Map<string, string> {
  if (!/^arn:aws[\w-]*:rds:[\w-]+:\d{12}:db:/.test(arn)) {
    throw invalidValue(`Invalid resource name: ${arn}`);
  }
  return instances.tagsOf(instances.find(arn).name);
}

/** RDS ListTagsForResource, for DB instances. */
export function listTagsForResource({ instances }: RdsContext): Operation {
  return operation<ListTagsForResourceMessage, TagListMessage>({
    schema: operationSchema('ListTagsForResource'),
    supports: ['ResourceName'],
    source: `${API}/API_ListTagsForResource.html`,
    handle: ({ ResourceName }) => ({ TagList: renderTags(tagsOf(instances, ResourceName)) }),
  });
}

/** RDS AddTagsToResource, for DB instances. */
export function addTagsToResource({ instances }: RdsContext): Operation {
  return operation<AddTagsToResourceMessage, object>({
    schema: operationSchema('AddTagsToResource'),
    supports: ['ResourceName', 'Tags[].*'],
    source: `${API}/API_AddTagsToResource.html`,
    handle: ({ ResourceName, Tags }) => {
      const tags = tagsOf(instances, ResourceName);
      for (const { Key = '', Value = '' } of Tags) {
        tags.set(Key, Value);
      }
      return {};
    },
  });
}

/** RDS RemoveTagsFromResource, for DB instances. */
export function removeTagsFromResource({ instances }: RdsContext): Operation {
  return operation<RemoveTagsFromResourceMessage, object>({
    schema: operationSchema('RemoveTagsFromResource'),
    supports: ['ResourceName', 'TagKeys'],
    source: `${API}/API_RemoveTagsFromResource.html`,
    handle: ({ ResourceName, TagKeys }) => {
      const tags = tagsOf(instances, ResourceName);
      for (const key of TagKeys) {
        tags.delete(key);
      }
      return {};
    },
  });
}

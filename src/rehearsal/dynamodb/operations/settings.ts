import {
  DescribeTimeToLive$,
  type DescribeTimeToLiveInput,
  type DescribeTimeToLiveOutput,
  ListTagsOfResource$,
  type ListTagsOfResourceInput,
  type ListTagsOfResourceOutput,
  TagResource$,
  type TagResourceInput,
  UpdateTimeToLive$,
  type UpdateTimeToLiveInput,
  type UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import { type Operation, operation } from '../../wire/operation.ts';
import { invalid } from '../errors.ts';
import type { Tables } from '../tables.ts';
import { api } from './describe.ts';

/** DynamoDB DescribeTimeToLive. */
export function describeTimeToLive(tables: Tables): Operation {
  return operation<DescribeTimeToLiveInput, DescribeTimeToLiveOutput>({
    schema: DescribeTimeToLive$,
    supports: ['TableName'],
    source: api('DescribeTimeToLive'),
    handle: ({ TableName: name = '' }) => {
      const { timeToLive } = tables.find(name);
      return {
        TimeToLiveDescription:
          timeToLive === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
      };
    },
  });
}

/** DynamoDB UpdateTimeToLive; nothing expires here. */
export function updateTimeToLive(tables: Tables): Operation {
  return operation<UpdateTimeToLiveInput, UpdateTimeToLiveOutput>({
    schema: UpdateTimeToLive$,
    supports: ['TableName', 'TimeToLiveSpecification.*'],
    source: api('UpdateTimeToLive'),
    handle: ({ TableName: name = '', TimeToLiveSpecification: asked }) => {
      const table = tables.findActive(name);
      const isOn = table.timeToLive !== undefined;
      if (asked === undefined || asked.Enabled === isOn) {
        throw invalid(`TimeToLive is already ${isOn ? 'enabled' : 'disabled'}`);
      }
      table.timeToLive = asked.Enabled ? asked.AttributeName : undefined;
      return { TimeToLiveSpecification: asked };
    },
  });
}

/** DynamoDB TagResource, of tables. */
export function tagResource(tables: Tables): Operation {
  return operation<TagResourceInput, object>({
    schema: TagResource$,
    supports: ['ResourceArn', 'Tags[].*'],
    source: api('TagResource'),
    handle: ({ ResourceArn: arn = '', Tags = [] }) => {
      const table = tables.find(arn);
      for (const { Key = '', Value = '' } of Tags) {
        table.tags.set(Key, Value);
      }
      return {};
    },
  });
}

/** DynamoDB ListTagsOfResource: all on one page. */
export function listTagsOfResource(tables: Tables): Operation {
  return operation<ListTagsOfResourceInput, ListTagsOfResourceOutput>({
    schema: ListTagsOfResource$,
    supports: ['ResourceArn'],
    source: api('ListTagsOfResource'),
    handle: ({ ResourceArn: arn = '' }) => ({
      Tags: [...tables.find(arn).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  });
}

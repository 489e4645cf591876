import {
  DeleteItem$,
  type DeleteItemInput,
  type DeleteItemOutput,
  GetItem$,
  type GetItemInput,
  type GetItemOutput,
  PutItem$,
  type PutItemInput,
  type PutItemOutput,
  Scan$,
  type ScanInput,
  type ScanOutput,
} from '@aws-sdk/client-dynamodb';
import { type Operation, operation } from '../../wire/operation.ts';
import { itemsOf, keyOf, type Tables } from '../tables.ts';
import { api } from './describe.ts';

/** DynamoDB PutItem, whole and without a condition. */
export function putItem(tables: Tables): Operation {
  return operation<PutItemInput, PutItemOutput>({
    schema: PutItem$,
    supports: ['TableName', 'Item[].*'],
    source: api('PutItem'),
    handle: ({ TableName: name = '', Item: item = {} }) => {
      tables.write(tables.findActive(name), item, item);
      return {};
    },
  });
}

/** DynamoDB DeleteItem, without a condition. */
export function deleteItem(tables: Tables): Operation {
  return operation<DeleteItemInput, DeleteItemOutput>({
    schema: DeleteItem$,
    supports: ['TableName', 'Key[].*'],
    source: api('DeleteItem'),
    handle: ({ TableName: name = '', Key: key = {} }) => {
      tables.write(tables.findActive(name), key, undefined);
      return {};
    },
  });
}

/** DynamoDB GetItem, whole. */
export function getItem(tables: Tables): Operation {
  return operation<GetItemInput, GetItemOutput>({
    schema: GetItem$,
    supports: ['TableName', 'Key[].*'],
    inert: { ConsistentRead: 'every read is consistent' },
    source: api('GetItem'),
    handle: ({ TableName: name = '', Key: key = {} }) => {
      const table = tables.findActive(name);
      const item = itemsOf(table).get(keyOf(table, key));
      return item === undefined ? {} : { Item: item };
    },
  });
}

/** DynamoDB Scan: every item, or how many there are. */
export function scan(tables: Tables): Operation {
  return operation<ScanInput, ScanOutput>({
    schema: Scan$,
    supports: ['TableName', 'Select'],
    inert: { ConsistentRead: 'every read is consistent', Limit: 'all items are on one page' },
    source: api('Scan'),
    handle: ({ TableName: name = '', Select: select }) => {
      const items = [...itemsOf(tables.findActive(name)).values()];
      const counts = { Count: items.length, ScannedCount: items.length };
      return select === 'COUNT' ? counts : { ...counts, Items: items };
    },
  });
}

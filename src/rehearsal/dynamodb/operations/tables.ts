import {
  CreateTable$,
  type CreateTableInput,
  type CreateTableOutput,
  DeleteTable$,
  type DeleteTableInput,
  type DeleteTableOutput,
  DescribeTable$,
  type DescribeTableInput,
  type DescribeTableOutput,
  ListTables$,
  type ListTablesInput,
  type ListTablesOutput,
  UpdateTable$,
  type UpdateTableInput,
  type UpdateTableOutput,
} from '@aws-sdk/client-dynamodb';
import { type Operation, operation } from '../../wire/operation.ts';
import { inUse, invalid } from '../errors.ts';
import { render, type Tables } from '../tables.ts';
import { api } from './describe.ts';

/** DynamoDB CreateTable, on demand. */
export function createTable(tables: Tables): Operation {
  return operation<CreateTableInput, CreateTableOutput>({
    schema: CreateTable$,
    supports: [
      ...['TableName', 'KeySchema[].*', 'AttributeDefinitions[].*', 'StreamSpecification.*'],
      ...['DeletionProtectionEnabled', 'Tags[].*'],
    ],
    inert: { BillingMode: 'every table is on demand' },
    source: api('CreateTable'),
    handle: (input) => {
      const { TableName: name = '', KeySchema: keys = [], AttributeDefinitions: attributes = [], Tags = [] } = input;
      if (tables.look(name) !== undefined) {
        throw inUse(`Table already exists: ${name}`);
      }
      const table = tables.add(name, { keys, attributes });
      table.stream = input.StreamSpecification;
      table.protected = input.DeletionProtectionEnabled ?? false;
      for (const { Key = '', Value = '' } of Tags) {
        table.tags.set(Key, Value);
      }
      return { TableDescription: render(table) };
    },
  });
}

/** DynamoDB DescribeTable. */
export function describeTable(tables: Tables): Operation {
  return operation<DescribeTableInput, DescribeTableOutput>({
    schema: DescribeTable$,
    supports: ['TableName'],
    source: api('DescribeTable'),
    handle: ({ TableName: name = '' }) => ({ Table: render(tables.find(name)) }),
  });
}

/** DynamoDB ListTables: all on one page. */
export function listTables(tables: Tables): Operation {
  return operation<ListTablesInput, ListTablesOutput>({
    schema: ListTables$,
    supports: [],
    inert: { Limit: 'all tables are on one page' },
    source: api('ListTables'),
    handle: () => ({ TableNames: tables.all().map(({ name }) => name) }),
  });
}

/** DynamoDB UpdateTable: the stream, and the protection from deletion. */
export function updateTable(tables: Tables): Operation {
  return operation<UpdateTableInput, UpdateTableOutput>({
    schema: UpdateTable$,
    supports: ['TableName', 'StreamSpecification.*', 'DeletionProtectionEnabled'],
    source: api('UpdateTable'),
    handle: ({ TableName: name = '', StreamSpecification: stream, DeletionProtectionEnabled: protection }) => {
      const table = tables.findActive(name);
      table.stream = stream === undefined ? table.stream : stream.StreamEnabled ? stream : undefined;
      table.protected = protection ?? table.protected;
      return { TableDescription: render(table) };
    },
  });
}

/** DynamoDB DeleteTable. */
export function deleteTable(tables: Tables): Operation {
  return operation<DeleteTableInput, DeleteTableOutput>({
    schema: DeleteTable$,
    supports: ['TableName'],
    source: api('DeleteTable'),
    handle: ({ TableName: name = '' }) => {
      const table = tables.find(name);
      if (table.status !== 'ACTIVE') {
        throw inUse(`Attempt to change a resource which is still in use: Table is being ${table.status.toLowerCase()}`);
      }
      if (table.protected) {
        throw invalid(
          `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
        );
      }
      tables.remove(table);
      return { TableDescription: render(table) };
    },
  });
}

/** What FIS can do: actions and the types of their targets, as far as they make sense on this platform. */
import type { Action, ActionSummary } from '../../../aws/fis/types.ts';
import type { Operation } from '../../wire/operation.ts';
import { ACTIONS, type ActionEntry, actionEntry, RESOURCE_TYPES, resourceTypeEntry } from '../catalogue.ts';
import type { FisContext } from '../context.ts';
import { errors } from '../errors.ts';
import { page } from '../paging.ts';
import { fisOperation } from './define.ts';

/** The operations on the catalogue. */
export function catalogueOperations(context: FisContext): Operation[] {
  return [listActions(context), getAction(context), listResourceTypes(), getResourceType()];
}

function listActions(context: FisContext) {
  return fisOperation('ListActions', {
    supports: ['maxResults', 'nextToken'],
    handle: (input) => {
      const { items, next } = page(ACTIONS, input);
      return { actions: items.map((entry) => summaryOf(entry, context)), ...next };
    },
  });
}

function getAction(context: FisContext) {
  return fisOperation('GetAction', {
    supports: ['id'],
    handle: ({ id }) => {
      const entry = actionEntry(id);
      if (entry === undefined) {
        throw errors.noAction(id);
      }
      const parameters = Object.entries(entry.parameters).map(([name, { description, required }]) => [
        name,
        { description, required },
      ]);
      return { action: { ...summaryOf(entry, context), parameters: Object.fromEntries(parameters) } satisfies Action };
    },
  });
}

function summaryOf({ id, description, targets }: ActionEntry, { region, accountId }: FisContext): ActionSummary {
  return {
    id,
    arn: `arn:aws:fis:${region}:${accountId}:action/${id}`,
    description,
    targets: Object.fromEntries(Object.entries(targets).map(([key, resourceType]) => [key, { resourceType }])),
    tags: {},
  };
}

function listResourceTypes() {
  return fisOperation('ListTargetResourceTypes', {
    supports: ['maxResults', 'nextToken'],
    handle: (input) => {
      const { items, next } = page(RESOURCE_TYPES, input);
      return {
        targetResourceTypes: items.map(({ resourceType, description }) => ({ resourceType, description })),
        ...next,
      };
    },
  });
}

function getResourceType() {
  return fisOperation('GetTargetResourceType', {
    supports: ['resourceType'],
    handle: ({ resourceType }) => {
      const entry = resourceTypeEntry(resourceType);
      if (entry === undefined) {
        throw errors.noResourceType(resourceType);
      }
      const parameters = Object.entries(entry.parameters).map(([name, description]) => [
        name,
        { description, required: false },
      ]);
      return { targetResourceType: { ...entry, parameters: Object.fromEntries(parameters) } };
    },
  });
}

/** What FIS can do: actions and the types of their targets. The descriptions are ours. */
import type { Action, ActionSummary } from '../../../aws/fis/types.ts';
import type { ActionFact, ParameterFact, TargetTypeFact } from '../../../operations/chaos/catalogue/facts.ts';
import type { Operation } from '../../wire/operation.ts';
import { ACTIONS, actionFact, RESOURCE_TYPES, resourceTypeFact } from '../catalogue.ts';
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
      const fact = actionFact(id);
      if (fact === undefined) {
        throw errors.noAction(id);
      }
      const action: Action = { ...summaryOf(fact, context), parameters: parametersOf(fact.parameters) };
      return { action };
    },
  });
}

/** Of the parameters AWS's answer says which are required; ranges are in their descriptions only. */
function parametersOf(facts: Readonly<Record<string, ParameterFact>>) {
  return Object.fromEntries(
    Object.entries(facts).map(([name, { required, form }]) => [name, { description: `A ${form.kind}.`, required }]),
  );
}

function summaryOf({ id, targets }: ActionFact, { region, accountId }: FisContext): ActionSummary {
  return {
    id,
    arn: `arn:aws:fis:${region}:${accountId}:action/${id}`,
    description: `The action ${id}.`,
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
        targetResourceTypes: items.map(typeSummary),
        ...next,
      };
    },
  });
}

function getResourceType() {
  return fisOperation('GetTargetResourceType', {
    supports: ['resourceType'],
    handle: ({ resourceType }) => {
      const fact = resourceTypeFact(resourceType);
      if (fact === undefined) {
        throw errors.noResourceType(resourceType);
      }
      return { targetResourceType: { ...typeSummary(fact), parameters: parametersOf(fact.parameters) } };
    },
  });
}

function typeSummary({ id }: TargetTypeFact) {
  return { resourceType: id, description: `Resources of the type ${id}.` };
}

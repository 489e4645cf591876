import {
  DeregisterTaskDefinition$,
  type DeregisterTaskDefinitionRequest,
  type DeregisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { lookUpTaskDefinition } from '../lookup.ts';

/** Marks a revision INACTIVE; services that use it go on, new ones cannot. */
export function deregisterTaskDefinition({ world }: EcsContext) {
  return operation<DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse>({
    schema: DeregisterTaskDefinition$,
    supports: ['taskDefinition'],
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html',
    handle: ({ taskDefinition: reference = '' }) => {
      const record = lookUpTaskDefinition(world.state, reference);
      if (!/:\d+$/.test(reference)) {
        throw errors.client('Revision is missing.');
      }
      if (record === undefined) {
        throw errors.cannotDescribeTaskDefinition();
      }
      if (record.definition.status !== 'ACTIVE') {
        throw errors.client(
          'The specified task definition is inactive. Specify an active task definition and try again.',
        );
      }
      world.state.deregister(record, world.clock.now());
      return { taskDefinition: record.definition };
    },
  });
}

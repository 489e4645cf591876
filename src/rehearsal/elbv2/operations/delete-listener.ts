import {
  DeleteListener$,
  type DeleteListenerCommandInput,
  type DeleteListenerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound } from '../errors.ts';
import { removeListener } from '../state.ts';

/** Deletes a listener with its rules; its port is free when the call returns. */
export function deleteListener(context: Elbv2Context): Operation {
  return operation<DeleteListenerCommandInput, Result<DeleteListenerCommandOutput>>({
    schema: DeleteListener$,
    supports: ['ListenerArn'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html',
    handle: (input) =>
      context.store.change((draft) => {
        removeListener(draft, find(draft.listeners, input.ListenerArn, listenerNotFound).arn);
        return {};
      }),
  });
}

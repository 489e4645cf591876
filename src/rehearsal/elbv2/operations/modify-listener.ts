import {
  ModifyListener$,
  type ModifyListenerCommandInput,
  type ModifyListenerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { actionSupport, readActions } from '../actions.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound, loadBalancerNotFound } from '../errors.ts';
import { checkListenerPort, checkListenerProtocol } from '../listener-input.ts';
import { renderListener } from '../render.ts';
import { type ElbState, type ListenerRecord, type LoadBalancerRecord, rulesOf } from '../state.ts';

function setDefaultActions(
  draft: ElbState,
  loadBalancer: LoadBalancerRecord,
  listenerArn: string,
  actions: ModifyListenerCommandInput['DefaultActions'],
): void {
  const standard = rulesOf(draft, listenerArn).find((rule) => rule.priority === null);
  if (actions !== undefined && standard !== undefined) {
    draft.rules.set(standard.arn, { ...standard, actions: readActions(draft, loadBalancer, actions) });
  }
}

function refuseTaken(state: ElbState, listener: ListenerRecord, port: number): void {
  const { loadBalancerArn } = listener;
  if ([...state.listeners.values()].some((other) => other.loadBalancerArn === loadBalancerArn && other.port === port)) {
    throw new AwsError(
      'DuplicateListenerException',
      `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
    );
  }
}

/** Changes a listener's port or the action of its default rule. */
export function modifyListener(context: Elbv2Context): Operation {
  return operation<ModifyListenerCommandInput, Result<ModifyListenerCommandOutput>>({
    schema: ModifyListener$,
    supports: ['ListenerArn', 'Port', 'Protocol', ...actionSupport('DefaultActions')],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html',
    handle: (input) =>
      context.store.change(async (draft) => {
        const present = find(draft.listeners, input.ListenerArn, listenerNotFound);
        const loadBalancer = find(draft.loadBalancers, present.loadBalancerArn, loadBalancerNotFound);
        checkListenerProtocol(input.Protocol ?? 'HTTP');
        setDefaultActions(draft, loadBalancer, present.arn, input.DefaultActions);
        const port = checkListenerPort(input.Port ?? present.port);
        if (port === present.port) {
          return { Listeners: [renderListener(draft, present)] };
        }
        refuseTaken(draft, present, port);
        const record = { ...present, port, address: await context.addresses.listener(loadBalancer.index, port) };
        draft.listeners.set(record.arn, record);
        return { Listeners: [renderListener(draft, record)] };
      }),
  });
}

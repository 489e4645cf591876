import {
  CreateListener$,
  type CreateListenerCommandInput,
  type CreateListenerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { actionSupport, readActions } from '../actions.ts';
import { newListenerArn, newRuleArn } from '../arns.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, loadBalancerNotFound } from '../errors.ts';
import { checkListenerPort, checkListenerProtocol } from '../listener-input.ts';
import { renderListener } from '../render.ts';
import { type ElbState, type ListenerRecord, type RuleRecord, rulesOf } from '../state.ts';
import { putTags } from '../tags.ts';

function listenerAt(state: ElbState, loadBalancerArn: string, port: number): ListenerRecord | undefined {
  return [...state.listeners.values()].find((each) => each.loadBalancerArn === loadBalancerArn && each.port === port);
}

/** Creating the same listener again gives back the one that is there; another one on the same port is refused. */
function sameSettings(state: ElbState, present: ListenerRecord, actions: RuleRecord['actions']): ListenerRecord {
  const standard = rulesOf(state, present.arn).find((rule) => rule.priority === null);
  if (JSON.stringify(standard?.actions) !== JSON.stringify(actions)) {
    throw new AwsError(
      'DuplicateListenerException',
      `A listener already exists on this port for this load balancer '${present.loadBalancerArn}'`,
    );
  }
  return present;
}

/** Creates an HTTP listener with its default rule; it answers on its port when the call returns. */
export function createListener(context: Elbv2Context): Operation {
  return operation<CreateListenerCommandInput, Result<CreateListenerCommandOutput>>({
    schema: CreateListener$,
    supports: ['LoadBalancerArn', 'Protocol', 'Port', 'Tags[].*', ...actionSupport('DefaultActions')],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html',
    handle: (input) =>
      context.store.change(async (draft) => {
        const loadBalancer = find(draft.loadBalancers, input.LoadBalancerArn, loadBalancerNotFound);
        checkListenerProtocol(input.Protocol ?? '');
        const port = checkListenerPort(input.Port);
        const actions = readActions(draft, loadBalancer, input.DefaultActions);
        const present = listenerAt(draft, loadBalancer.arn, port);
        if (present !== undefined) {
          return { Listeners: [renderListener(draft, sameSettings(draft, present, actions))] };
        }
        const record: ListenerRecord = {
          arn: newListenerArn(context, loadBalancer.dimension),
          loadBalancerArn: loadBalancer.arn,
          port,
          address: await context.addresses.listener(loadBalancer.index, port),
        };
        const rule: RuleRecord = {
          arn: newRuleArn(record.arn),
          listenerArn: record.arn,
          priority: null,
          conditions: [],
          actions,
        };
        draft.listeners.set(record.arn, record);
        draft.rules.set(rule.arn, rule);
        putTags(draft, record.arn, input.Tags);
        return { Listeners: [renderListener(draft, record)] };
      }),
  });
}

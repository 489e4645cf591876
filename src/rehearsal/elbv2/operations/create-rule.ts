import {
  CreateRule$,
  type CreateRuleCommandInput,
  type CreateRuleCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import { actionSupport, readActions } from '../actions.ts';
import { newRuleArn } from '../arns.ts';
import { CONDITION_SUPPORT, readConditions } from '../conditions.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound, loadBalancerNotFound } from '../errors.ts';
import { checkPriority, refuseTakenPriority } from '../priorities.ts';
import { renderRule } from '../render.ts';
import type { RuleRecord } from '../state.ts';
import { putTags } from '../tags.ts';

/** Adds a rule to a listener. */
export function createRule(context: Elbv2Context): Operation {
  return operation<CreateRuleCommandInput, Result<CreateRuleCommandOutput>>({
    schema: CreateRule$,
    supports: ['ListenerArn', 'Priority', 'Tags[].*', ...CONDITION_SUPPORT, ...actionSupport('Actions')],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html',
    handle: (input) =>
      context.store.change((draft) => {
        const listener = find(draft.listeners, input.ListenerArn, listenerNotFound);
        const loadBalancer = find(draft.loadBalancers, listener.loadBalancerArn, loadBalancerNotFound);
        const priority = checkPriority(input.Priority);
        refuseTakenPriority(draft, listener.arn, priority);
        const record: RuleRecord = {
          arn: newRuleArn(listener.arn),
          listenerArn: listener.arn,
          priority,
          conditions: readConditions(input.Conditions),
          actions: readActions(draft, loadBalancer, input.Actions),
        };
        draft.rules.set(record.arn, record);
        putTags(draft, record.arn, input.Tags);
        return { Rules: [renderRule(record)] };
      }),
  });
}

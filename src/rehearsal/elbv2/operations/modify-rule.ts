import {
  ModifyRule$,
  type ModifyRuleCommandInput,
  type ModifyRuleCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import { actionSupport, readActions } from '../actions.ts';
import { CONDITION_SUPPORT, readConditions } from '../conditions.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound, loadBalancerNotFound, ruleNotFound } from '../errors.ts';
import { renderRule } from '../render.ts';
import type { RuleRecord } from '../state.ts';

/** Replaces a rule's conditions or actions; requests from then on follow them. */
export function modifyRule(context: Elbv2Context): Operation {
  return operation<ModifyRuleCommandInput, Result<ModifyRuleCommandOutput>>({
    schema: ModifyRule$,
    supports: ['RuleArn', ...CONDITION_SUPPORT, ...actionSupport('Actions')],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html',
    handle: (input) =>
      context.store.change((draft) => {
        const present = find(draft.rules, input.RuleArn, ruleNotFound);
        if (present.priority === null) {
          throw new AwsError(
            'OperationNotPermittedException',
            `Default rule '${present.arn}' cannot be modified; to change its action, use ModifyListener on '${present.listenerArn}'`,
          );
        }
        const listener = find(draft.listeners, present.listenerArn, listenerNotFound);
        const loadBalancer = find(draft.loadBalancers, listener.loadBalancerArn, loadBalancerNotFound);
        const record: RuleRecord = {
          ...present,
          ...(input.Conditions === undefined ? {} : { conditions: readConditions(input.Conditions) }),
          ...(input.Actions === undefined ? {} : { actions: readActions(draft, loadBalancer, input.Actions) }),
        };
        draft.rules.set(record.arn, record);
        return { Rules: [renderRule(record)] };
      }),
  });
}

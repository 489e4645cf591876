import {
  DeleteRule$,
  type DeleteRuleCommandInput,
  type DeleteRuleCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, ruleNotFound } from '../errors.ts';
import { removeRule } from '../state.ts';

/** Deletes a rule; the default rule stays with its listener. */
export function deleteRule(context: Elbv2Context): Operation {
  return operation<DeleteRuleCommandInput, Result<DeleteRuleCommandOutput>>({
    schema: DeleteRule$,
    supports: ['RuleArn'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html',
    handle: (input) =>
      context.store.change((draft) => {
        const record = find(draft.rules, input.RuleArn, ruleNotFound);
        if (record.priority === null) {
          throw new AwsError('OperationNotPermittedException', `Default rule '${record.arn}' cannot be deleted`);
        }
        removeRule(draft, record.arn);
        return {};
      }),
  });
}

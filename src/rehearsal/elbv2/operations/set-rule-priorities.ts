import {
  SetRulePriorities$,
  type SetRulePrioritiesCommandInput,
  type SetRulePrioritiesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, ruleNotFound } from '../errors.ts';
import { checkPriority, refuseTakenPriority } from '../priorities.ts';
import { renderRule } from '../render.ts';

/** Gives rules other priorities, all at once, so that two may swap. */
export function setRulePriorities(context: Elbv2Context): Operation {
  return operation<SetRulePrioritiesCommandInput, Result<SetRulePrioritiesCommandOutput>>({
    schema: SetRulePriorities$,
    supports: ['RulePriorities[].*'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html',
    handle: (input) =>
      context.store.change((draft) => {
        const pairs = (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => {
          const rule = find(draft.rules, RuleArn, ruleNotFound);
          if (rule.priority === null) {
            throw new AwsError(
              'OperationNotPermittedException',
              `Priority of default rule '${rule.arn}' cannot be set`,
            );
          }
          return { rule, priority: checkPriority(Priority) };
        });
        for (const { rule } of pairs) {
          draft.rules.delete(rule.arn);
        }
        const records = pairs.map(({ rule, priority }) => {
          refuseTakenPriority(draft, rule.listenerArn, priority);
          const record = { ...rule, priority };
          draft.rules.set(record.arn, record);
          return record;
        });
        return { Rules: records.map(renderRule) };
      }),
  });
}

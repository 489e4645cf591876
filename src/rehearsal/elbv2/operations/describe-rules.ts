import {
  DescribeRules$,
  type DescribeRulesCommandInput,
  type DescribeRulesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Elbv2Context, Result } from '../context.ts';
import { find, listenerNotFound, ruleNotFound, validationError } from '../errors.ts';
import { page } from '../paging.ts';
import { renderRule } from '../render.ts';
import { type ElbState, type RuleRecord, rulesOf } from '../state.ts';

function selected(state: ElbState, input: DescribeRulesCommandInput): readonly RuleRecord[] {
  const byArn = input.RuleArns !== undefined && input.RuleArns.length > 0;
  if (byArn === (input.ListenerArn !== undefined)) {
    throw validationError('You must specify either a listener ARN or rule ARNs, not both');
  }
  return input.ListenerArn === undefined
    ? (input.RuleArns ?? []).map((arn) => find(state.rules, arn, ruleNotFound))
    : rulesOf(state, find(state.listeners, input.ListenerArn, listenerNotFound).arn);
}

/** Describes the rules of a listener by priority, the default rule last, or those of the ARNs given. */
export function describeRules(context: Elbv2Context): Operation {
  return operation<DescribeRulesCommandInput, Result<DescribeRulesCommandOutput>>({
    schema: DescribeRules$,
    supports: ['ListenerArn', 'RuleArns', 'Marker', 'PageSize'],

    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html',
    handle: (input) => {
      const { items, ...next } = page(selected(context.store.read(), input), input);
      return { Rules: items.map(renderRule), ...next };
    },
  });
}

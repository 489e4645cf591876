/** Rule conditions as callers send them, checked and put into the form that AWS's Describe calls give back. */
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { notHere, validationError } from './errors.ts';

const MOST_VALUES = 5;
const LONGEST_VALUE = 128;
const LONGEST_HEADER_NAME = 40;

/** The members of `Conditions` that have an effect. */
export const CONDITION_SUPPORT: readonly string[] = [
  'Field',
  'Values',
  'PathPatternConfig.Values',
  'HostHeaderConfig.Values',
  'HttpHeaderConfig.HttpHeaderName',
  'HttpHeaderConfig.Values',
].map((path) => `Conditions[].${path}`);

/**
 * Checks the conditions of a rule: at least one; path-pattern, host-header or http-header; 5 values over all; 128 characters each.
 * @throws AwsError ValidationError
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function readConditions(conditions: readonly RuleCondition[] | undefined): readonly RuleCondition[] {
  if (conditions === undefined || conditions.length === 0) {
    throw validationError('A rule must have at least one condition');
  }
  const read = conditions.map(readCondition);
  const values = read.flatMap(valuesOf);
  if (values.length > MOST_VALUES) {
    throw validationError(`A rule can have at most ${MOST_VALUES} condition values, got ${values.length}`);
  }
  const tooLong = values.find((value) => value.length === 0 || value.length > LONGEST_VALUE);
  if (tooLong !== undefined) {
    throw validationError(`Condition value '${tooLong}' must be 1 to ${LONGEST_VALUE} characters long`);
  }
  for (const field of ['path-pattern', 'host-header']) {
    if (read.filter((condition) => condition.Field === field).length > 1) {
      throw validationError(`A rule can have at most one ${field} condition; give it several values instead`);
    }
  }
  return read;
}

function valuesOf(condition: RuleCondition): readonly string[] {
  return condition.HttpHeaderConfig?.Values ?? condition.Values ?? [];
}

function readCondition(condition: RuleCondition): RuleCondition {
  switch (condition.Field) {
    case 'path-pattern': {
      const Values = present('path-pattern', condition.PathPatternConfig?.Values ?? condition.Values);
      return { Field: 'path-pattern', Values, PathPatternConfig: { Values } };
    }
    case 'host-header': {
      const Values = present('host-header', condition.HostHeaderConfig?.Values ?? condition.Values);
      return { Field: 'host-header', Values, HostHeaderConfig: { Values } };
    }
    case 'http-header':
      return readHeaderCondition(condition);
    default:
      throw notHere(`conditions of field '${condition.Field}'`, 'use path-pattern, host-header or http-header');
  }
}

function readHeaderCondition({ HttpHeaderConfig: config }: RuleCondition): RuleCondition {
  const HttpHeaderName = config?.HttpHeaderName ?? '';
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(HttpHeaderName) || HttpHeaderName.length > LONGEST_HEADER_NAME) {
    throw validationError(
      `HTTP header name '${HttpHeaderName}' must be 1 to ${LONGEST_HEADER_NAME} header name characters`,
    );
  }
  if (HttpHeaderName.toLowerCase() === 'host') {
    throw validationError(`HTTP header name 'Host' cannot be used in an http-header condition; use host-header`);
  }
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values: present('http-header', config?.Values) } };
}

function present(field: string, values: string[] | undefined): string[] {
  if (values === undefined || values.length === 0) {
    throw validationError(`A condition of field '${field}' must have at least one value`);
  }
  return values;
}

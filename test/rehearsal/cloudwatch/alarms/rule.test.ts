import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../../src/rehearsal/cloudwatch/alarms/rule.ts';

const STATES: Readonly<Record<string, StateValue>> = {
  a: 'ALARM',
  o: 'OK',
  i: 'INSUFFICIENT_DATA',
  'with space/1': 'ALARM',
};
const holds = (text: string) => parseRule(text).holds((name) => STATES[name]);

describe('rules of composite alarms', () => {
  it.each([
    ['ALARM(a)', true],
    ['ALARM("a")', true],
    ['ALARM("with space/1")', true],
    ['ALARM("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:with space/1")', true],
    ['ALARM(o)', false],
    ['OK(o) AND INSUFFICIENT_DATA(i)', true],
    // INSUFFICIENT_DATA is not ALARM.
    ['ALARM(a) AND ALARM(i)', false],
    ['NOT ALARM(i)', true],
    ['ALARM(o) OR ALARM(a)', true],
    // AND before OR: were it the other way round, this would be false.
    ['TRUE OR ALARM(a) AND FALSE', true],
    ['(TRUE OR ALARM(a)) AND FALSE', false],
    ['NOT TRUE OR TRUE', true],
    ['not ( alarm(a) and ok(o) )', false],
  ])('%s is %s', (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });

  it('names each alarm once', () => {
    expect(parseRule('ALARM(a) AND (OK("b") OR ALARM(a))').names).toEqual(['a', 'b']);
  });

  it.each([
    '',
    'ALARM',
    'ALARM(',
    'ALARM()',
    'ALARM(a',
    'ALARM(a) ALARM(b)',
    'ALARM(a) AND',
    'MAYBE(a)',
    '"a"',
    'ALARM("a',
  ])('refuses %s', (rule) => {
    expect(() => parseRule(rule)).toThrow(/AlarmRule/);
  });
});

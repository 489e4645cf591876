import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleConfig } from '../../../src/rehearsal/world/balancer/protocol.ts';
import {
  chooseGroup,
  compilePattern,
  compileRules,
  findAction,
  splitTarget,
} from '../../../src/rehearsal/world/balancer/rules.ts';

const view = (path: string, headers: Record<string, string[]> = {}) => ({ path, headers: () => headers });
const fixed = (status: number) => ({ type: 'fixed-response', status, contentType: 'text/plain', body: '' }) as const;
const rule = (priority: number | null, status: number, conditions: RuleConfig['conditions'] = []): RuleConfig => ({
  arn: `rule-${status}`,
  priority,
  conditions,
  action: fixed(status),
});

describe('compilePattern', () => {
  it('agrees with a regular expression on every pattern and text', () => {
    const alphabet = fc.constantFrom('a', 'b', '/', '.', '*', '?');
    const pattern = fc.array(alphabet, { maxLength: 10 }).map((parts) => parts.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        const source = glob.replace(/[.]/g, '\\.').replace(/\?/g, '.').replace(/\*/g, '.*');
        expect(compilePattern(glob)(subject)).toBe(new RegExp(`^${source}$`, 's').test(subject));
      }),
      { numRuns: 3000 },
    );
  });

  it('does not slow down on patterns that make backtracking matchers hang', () => {
    const start = performance.now();
    expect(compilePattern(`${'*a'.repeat(60)}b`)('a'.repeat(5000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('findAction', () => {
  it('tries rules by priority, whatever their order, and the default rule last', () => {
    const rules = compileRules(
      [
        rule(null, 599),
        rule(20, 520, [{ field: 'path-pattern', values: ['/api/*'] }]),
        rule(3, 503, [{ field: 'path-pattern', values: ['/api/v1/*', '/old'] }]),
      ],
      () => undefined,
    );
    expect(findAction(rules, view('/api/v1/x'))).toMatchObject({ status: 503 });
    expect(findAction(rules, view('/old'))).toMatchObject({ status: 503 });
    expect(findAction(rules, view('/api/v2'))).toMatchObject({ status: 520 });
    expect(findAction(rules, view('/API/v2'))).toMatchObject({ status: 599 });
  });

  it('compares hosts without case and port, header values without case, and any of several headers of one name', () => {
    const rules = compileRules(
      [
        rule(1, 501, [{ field: 'host-header', values: ['*.Example.com'] }]),
        rule(2, 502, [{ field: 'http-header', name: 'X-Colour', values: ['gr?en', 'LIME'] }]),
        rule(null, 599),
      ],
      () => undefined,
    );
    expect(findAction(rules, view('/', { host: ['shop.EXAMPLE.com:8080'] }))).toMatchObject({ status: 501 });
    expect(findAction(rules, view('/', { host: ['example.com'] }))).toMatchObject({ status: 599 });
    expect(findAction(rules, view('/', { 'x-colour': ['red', 'Green'] }))).toMatchObject({ status: 502 });
    expect(findAction(rules, view('/', { 'x-colour': ['lime'] }))).toMatchObject({ status: 502 });
    expect(findAction(rules, view('/', { 'x-colour': ['greener'] }))).toMatchObject({ status: 599 });
  });

  it('wants all conditions of a rule', () => {
    const rules = compileRules(
      [
        rule(1, 501, [
          { field: 'path-pattern', values: ['/a'] },
          { field: 'http-header', name: 'x-b', values: ['c'] },
        ]),
      ],
      () => undefined,
    );
    expect(findAction(rules, view('/a', { 'x-b': ['c'] }))).toMatchObject({ status: 501 });
    expect(findAction(rules, view('/a'))).toBeUndefined();
    expect(findAction(rules, view('/b', { 'x-b': ['c'] }))).toBeUndefined();
  });
});

describe('chooseGroup', () => {
  const action = (weights: Record<string, number>) => {
    const [compiled] = compileRules(
      [
        {
          arn: 'r',
          priority: null,
          conditions: [],
          action: { type: 'forward', groups: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })) },
        },
      ],
      (arn) => arn,
    );
    if (compiled?.action.type !== 'forward') {
      throw new Error('not a forward action');
    }
    return compiled.action;
  };

  it('cuts [0, 1) into pieces as long as the weights', () => {
    const weighted = action({ blue: 900, off: 0, green: 99 });
    expect(chooseGroup(weighted, 0)).toBe('blue');
    expect(chooseGroup(weighted, 900 / 999 - 1e-9)).toBe('blue');
    expect(chooseGroup(weighted, 900 / 999 + 1e-9)).toBe('green');
    expect(chooseGroup(weighted, 1 - Number.EPSILON)).toBe('green');
  });

  it('never chooses weight 0, also when it is the only group', () => {
    expect(chooseGroup(action({ off: 0 }), 0.5)).toBeUndefined();
    expect(chooseGroup(action({ off: 0, on: 1 }), 0)).toBe('on');
  });
});

describe('splitTarget', () => {
  it.each([
    ['/a?b=/c?d', { path: '/a', target: '/a?b=/c?d' }],
    ['http://shop.example.com:80/a?b', { path: '/a', target: '/a?b' }],
    ['http://shop.example.com', { path: '/', target: '/' }],
    ['http://shop.example.com?b', { path: '/', target: '/?b' }],
    ['*', undefined],
  ])('%s', (url, expected) => {
    expect(splitTarget(url)).toEqual(expected);
  });
});

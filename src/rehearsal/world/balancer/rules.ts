/** Listener rules, compiled once for each configuration so that a request only compares strings. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RuleAction, RuleCondition, RuleConfig } from './protocol.ts';

/** What rules look at. `headers` is a function because most requests never need it. */
export interface RequestView {
  /** The path without the query string. */
  readonly path: string;
  readonly headers: () => NodeJS.Dict<string[]> | IncomingHttpHeaders;
}

export type Matcher = (text: string) => boolean;

/** A forward action with its groups resolved to `Group`; `cumulative` holds running sums of the weights above 0. */
export interface ForwardAction<Group> {
  readonly type: 'forward';
  readonly groups: readonly Group[];
  readonly cumulative: readonly number[];
}

export type CompiledAction<Group> = ForwardAction<Group> | Extract<RuleAction, { type: 'fixed-response' }>;

export interface CompiledRule<Group> {
  readonly conditions: readonly ((request: RequestView) => boolean)[];
  readonly action: CompiledAction<Group>;
}

/**
 * Compiles AWS's wildcards: `*` stands for 0 or more characters, `?` for exactly one.
 * Matching never backtracks over more than one star, so a hostile pattern costs at most pattern times text.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function compilePattern(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) {
    return (text) => text === pattern;
  }
  if (pattern.indexOf('*') === pattern.length - 1 && !pattern.includes('?')) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => matchesWildcards(pattern, text);
}

function matchesWildcards(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resumeAt = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resumeAt = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') {
    p++;
  }
  return p === pattern.length;
}

/** Host names compare without case and without the port, header values without case, paths exactly (same AWS page). */
function compileCondition(condition: RuleCondition): (request: RequestView) => boolean {
  switch (condition.field) {
    case 'path-pattern': {
      const matchers = condition.values.map(compilePattern);
      return (request) => matchers.some((matches) => matches(request.path));
    }
    case 'host-header':
      return headerCondition('host', condition.values, (value) => value.replace(/:\d+$/, ''));
    case 'http-header':
      return headerCondition(condition.name.toLowerCase(), condition.values, (value) => value);
  }
}

function headerCondition(
  name: string,
  patterns: readonly string[],
  clean: (value: string) => string,
): (request: RequestView) => boolean {
  const matchers = patterns.map((pattern) => compilePattern(pattern.toLowerCase()));
  return (request) => {
    const found = request.headers()[name];
    const values = Array.isArray(found) ? found : found === undefined ? [] : [found];
    return values.some((value) => {
      const text = clean(value.toLowerCase());
      return matchers.some((matches) => matches(text));
    });
  };
}

function compileAction<Group>(action: RuleAction, groupOf: (arn: string) => Group | undefined): CompiledAction<Group> {
  if (action.type === 'fixed-response') {
    return action;
  }
  const groups: Group[] = [];
  const cumulative: number[] = [];
  let total = 0;
  for (const { arn, weight } of action.groups) {
    const group = groupOf(arn);
    if (group !== undefined && weight > 0) {
      total += weight;
      groups.push(group);
      cumulative.push(total);
    }
  }
  return { type: 'forward', groups, cumulative };
}

/** The rules of one listener in the order they are tried: by priority, the default rule (priority null) last. */
export function compileRules<Group>(
  rules: readonly RuleConfig[],
  groupOf: (arn: string) => Group | undefined,
): readonly CompiledRule<Group>[] {
  return [...rules]
    .sort((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity) || 0)
    .map((rule) => ({
      conditions: rule.conditions.map(compileCondition),
      action: compileAction(rule.action, groupOf),
    }));
}

/** The action of the first rule all of whose conditions hold; undefined when none does (a listener without default rule). */
export function findAction<Group>(
  rules: readonly CompiledRule<Group>[],
  request: RequestView,
): CompiledAction<Group> | undefined {
  for (const rule of rules) {
    if (rule.conditions.every((holds) => holds(request))) {
      return rule.action;
    }
  }
  return undefined;
}

/**
 * The group for one request: each group's share is its weight over the sum of weights, decided anew for every request.
 * `random` is uniform in [0, 1). Undefined when no group has a weight above 0.
 */
export function chooseGroup<Group>(action: ForwardAction<Group>, random: number): Group | undefined {
  const { groups, cumulative } = action;
  if (groups.length <= 1) {
    return groups[0];
  }
  const point = random * (cumulative[cumulative.length - 1] ?? 0);
  let index = 0;
  while (point >= (cumulative[index] ?? Infinity)) {
    index++;
  }
  return groups[index];
}

/**
 * The path part of a request target as rules and targets want it, without the query in `path`, with it in `target`.
 * Undefined for targets that a load balancer cannot forward (`*`, garbage).
 */
export function splitTarget(url: string): { readonly path: string; readonly target: string } | undefined {
  let target = url;
  if (!url.startsWith('/')) {
    const absolute = /^https?:\/\/[^/?#]+(.*)$/i.exec(url);
    if (absolute === null) {
      return undefined;
    }
    const rest = absolute[1] ?? '';
    target = rest.startsWith('/') ? rest : `/${rest}`;
  }
  const query = target.indexOf('?');
  return { path: query < 0 ? target : target.slice(0, query), target };
}

/** The audit record: all that the verdict was computed from, the verdict, and how the numbers went over time. */

import { SEVERITIES, type Severity } from '../findings/finding.ts';
import type { GateInput } from '../input.ts';
import type { Judgement } from '../judge.ts';
import { judge } from '../judge.ts';
import { RULES_VERSION } from '../rules/rules.ts';

export const AUDIT_VERSION = 'surefoot/gate-audit/v1';

/** One run in the trend. */
export interface TrendPoint {
  readonly at: string;
  readonly verdict: Judgement['verdict'];
  /** Findings without waived ones. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly secrets: number;
  readonly waived: number;
}

export interface Audit {
  readonly version: typeof AUDIT_VERSION;
  readonly subject: string;
  /** Of the tables of severities and of rules that are the same. */
  readonly rules: string;
  readonly input: GateInput;
  readonly judgement: Judgement;
  /** In ascending order of time, this run last. */
  readonly trend: readonly TrendPoint[];
}

/** How many runs the trend keeps: two years of weeks, or a hundred pull requests. */
const KEPT_POINTS = 104;

/** The audit of a run; earlier ones add their points to the trend. */
export function makeAudit(subject: string, input: GateInput, judgement: Judgement, earlier: readonly Audit[]): Audit {
  const points = new Map(earlier.flatMap(({ trend }) => trend).map((point) => [point.at, point]));
  const now = trendPoint(input, judgement);
  points.set(now.at, now);
  const trend = [...points.values()].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(-KEPT_POINTS);
  return { version: AUDIT_VERSION, subject, rules: RULES_VERSION, input, judgement, trend };
}

function trendPoint(input: GateInput, { verdict, waived }: Judgement): TrendPoint {
  const hidden = new Set(waived);
  const open = input.head.findings.filter(({ id }) => !hidden.has(id));
  const counts = Object.fromEntries(
    SEVERITIES.map((severity) => [severity, open.filter((one) => one.severity === severity).length]),
  ) as Record<Severity, number>;
  const secrets = open.filter(({ kind }) => kind === 'secret').length;
  return { at: input.now, verdict, counts, secrets, waived: waived.length };
}

/** Whether the verdict follows from the record's own input: judges it again and compares. */
export function verifyAudit({ input, judgement }: Audit): boolean {
  return JSON.stringify(judge(input)) === JSON.stringify(judgement);
}

/** The audit in a text; undefined for any other JSON, or none. */
export function readAudit(text: string): Audit | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isAudit =
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === AUDIT_VERSION &&
    'trend' in value &&
    Array.isArray(value.trend) &&
    'input' in value &&
    'judgement' in value;
  return isAudit ? (value as Audit) : undefined;
}

/**
 * When each finding was first seen, by id: the earliest that a baseline or an earlier audit says. What claims to be from the future says
 * nothing.
 */
export function firstSeenOf(
  baseline: GateInput['baseline'],
  earlier: readonly Audit[],
  now: string,
): Readonly<Record<string, string>> {
  const seen = new Map<string, string>();
  const note = (id: string, at: string): void => {
    const known = seen.get(id);
    if (at <= now && (known === undefined || at < known)) {
      seen.set(id, at);
    }
  };
  for (const { id, firstSeen } of baseline?.findings ?? []) {
    note(id, firstSeen);
  }
  for (const { input } of earlier) {
    for (const { id } of input.head.findings) {
      note(id, input.firstSeen[id] ?? input.now);
    }
  }
  return Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1)));
}

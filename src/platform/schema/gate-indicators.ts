/** The indicators of the security gate, as a Target of surefoot.yml names them, each with the units that make sense of it. */
import type { Target } from '../model/objectives.ts';

export const GATE_INDICATORS = {
  /** Findings that the base (or, without one, the recorded baseline) has not. */
  'new-findings': ['count'],
  /** Of them, those that are high or critical. */
  'new-high-findings': ['count'],
  'critical-findings': ['count'],
  'high-findings': ['count'],
  'medium-findings': ['count'],
  'low-findings': ['count'],
  'unknown-findings': ['count'],
  'secret-findings': ['count'],
  /** On CISA's list of exploited vulnerabilities. */
  'known-exploited-findings': ['count'],
  /** Comments in the code that hide findings and that no waiver covers. */
  'inline-suppressions': ['count'],
  /** How many of the baseline's high and critical findings are no more. */
  'vulnerability-reduction': ['percent', 'ratio'],
  /** Since the oldest critical finding was first seen. */
  'critical-age': ['days', 'hours'],
  'files-parsed': ['percent', 'ratio'],
  /** Age of the vulnerability database. */
  'database-age': ['hours', 'days'],
} as const satisfies Record<string, readonly Target['unit'][]>;

export type GateIndicator = keyof typeof GATE_INDICATORS;

export function isGateIndicator(name: string): name is GateIndicator {
  return Object.hasOwn(GATE_INDICATORS, name);
}

/** Those that are better when larger: a target on them has a lower bound. */
export const MORE_IS_BETTER: ReadonlySet<GateIndicator> = new Set(['vulnerability-reduction', 'files-parsed']);

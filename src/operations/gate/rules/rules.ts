/** What is known of the scanners' rules: how bad a Checkov rule is, and which Trivy rule is the same one. How it was made: docs/guides/gate.md. */
import type { RawMisconfiguration, RawSecret, Severity } from '../findings/finding.ts';
import checkov from './checkov.json' with { type: 'json' };
import trivy from './trivy.json' with { type: 'json' };

interface CheckovRule {
  readonly severity: string;
  readonly same?: readonly string[];
}

const checkovRules = new Map<string, CheckovRule>(Object.entries(checkov.rules));
const trivySeverities = new Map<string, string>(Object.entries(trivy.severities));

/** Version of the tables: what a baseline was judged by. */
export const RULES_VERSION = `checkov-${checkov.checkov}+trivy-checks-${checkov.trivyChecks}`;

/** The Trivy rules that a Checkov rule says the same as; empty for one that has none, or is not known. */
export function sameRules(checkovRule: string): readonly string[] {
  return checkovRules.get(checkovRule)?.same ?? [];
}

export interface RatedSeverity {
  readonly severity: Severity;
  /** Who says so. */
  readonly source: string;
}

/** The scanner's own severity, else that of the reviewed tables, else `unknown`. */
export function severityOf(finding: RawMisconfiguration | RawSecret): RatedSeverity {
  if (finding.severity !== undefined && finding.severity !== 'unknown') {
    return { severity: finding.severity, source: finding.scanner };
  }
  const known = checkovRules.get(finding.rule)?.severity ?? trivySeverities.get(finding.rule);
  return known === undefined
    ? { severity: 'unknown', source: 'nobody' }
    : { severity: known as Severity, source: 'table' };
}

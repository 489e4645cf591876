import { describe, expect, it } from 'vitest';
import { SEVERITIES, type Severity } from '../../../src/operations/gate/findings/finding.ts';
import checkov from '../../../src/operations/gate/rules/checkov.json' with { type: 'json' };
import { sameRules, severityOf } from '../../../src/operations/gate/rules/rules.ts';
import trivy from '../../../src/operations/gate/rules/trivy.json' with { type: 'json' };
import { at, checkov as finding } from './samples.ts';

const rules: Readonly<Record<string, { readonly severity: string; readonly same?: readonly string[] }>> = checkov.rules;
const trivySeverities: Readonly<Record<string, string>> = trivy.severities;
const RATED: readonly string[] = SEVERITIES.filter((severity) => severity !== 'unknown');

describe('the tables of rules', () => {
  it('rate every rule in words that the gate knows', () => {
    const wrong = [
      ...Object.entries(rules).map(([id, { severity }]) => [id, severity]),
      ...Object.entries(trivySeverities),
    ].filter(([, severity]) => !RATED.includes(severity ?? ''));
    expect(wrong).toEqual([]);
    expect(Object.keys(rules).length).toBeGreaterThan(600);
  });

  it('name only Trivy rules that exist, and take the worst of their severities', () => {
    for (const [id, { severity, same = [] }] of Object.entries(rules)) {
      const known = same.map((rule) => trivySeverities[rule] as Severity);
      expect(known, id).not.toContain(undefined);
      if (same.length > 0) {
        expect([id, severity]).toEqual([id, RATED.find((one) => known.includes(one as Severity))]);
      }
    }
  });

  it.each([
    ['CKV_AWS_18', 'AWS-0163'],
    ['CKV2_AWS_28', 'AWS-0053'],
    ['CKV_AWS_349', 'AWS-0137'],
    ['CKV_AWS_145', 'AWS-0088'],
    ['CKV_GCP_88', 'GCP-0070'],
  ])('do not hold %s for the same as %s, which examples alone suggest', (rule, other) => {
    expect(sameRules(rule)).not.toContain(other);
  });

  it('order what is plainly worse before what is plainly better', () => {
    const rank = (rule: string) => SEVERITIES.indexOf(severityOf(finding(rule, at('main.tf', 1))).severity);
    const pairs = [
      ['CKV_AWS_62', 'CKV_AWS_111'], // all rights, some wide rights
      ['CKV_AWS_57', 'CKV_AWS_21'], // anybody may write, no versions
      ['CKV_AWS_24', 'CKV_AWS_23'], // port 22 open, no description
      ['CKV_AWS_16', 'CKV_AWS_118'], // no encryption, no enhanced monitoring
      ['CKV_AWS_42', 'CKV_AWS_184'], // no encryption, no key of one's own
    ] as const;
    expect(pairs.filter(([worse, better]) => rank(worse) >= rank(better))).toEqual([]);
  });
});

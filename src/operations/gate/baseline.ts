/** The recorded baseline: what was there on the day it was recorded, to measure reductions and ages against. */
import * as z from 'zod';
import { InputError } from '../../errors.ts';
import { SEVERITIES, type Severity, type TreeScan, type VulnerabilityDatabase } from './findings/finding.ts';
import type { Finding } from './findings/listed.ts';
import { RULES_VERSION } from './rules/rules.ts';

export const BASELINE_VERSION = 'surefoot/security-baseline/v1';

const time = z.iso.datetime();

const entrySchema = z.object({
  id: z.string(),
  key: z.string(),
  kind: z.enum(['vulnerability', 'misconfiguration', 'secret']),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  /** For people; nothing is compared by it. */
  where: z.string(),
  file: z.string().optional(),
  /** Never there for a secret. */
  content: z.string().optional(),
  firstSeen: time,
});

export const baselineSchema = z.object({
  version: z.literal(BASELINE_VERSION),
  recordedAt: time,
  /** What was scanned, for people. */
  subject: z.string(),
  tools: z.array(z.object({ name: z.string(), version: z.string(), arguments: z.array(z.string()) })),
  /** Of the tables of severities and of rules that are the same. */
  rules: z.string(),
  database: z.object({ version: z.int(), updatedAt: z.string() }).optional(),
  findings: z.array(entrySchema),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** @throws InputError `bad-baseline` for what is no baseline */
export function readBaseline(text: string, file: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badBaseline(file, 'it is not JSON');
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badBaseline(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return parsed.data;
}

function badBaseline(file: string, why: string): InputError {
  return new InputError(
    'bad-baseline',
    `${file} is not a recorded baseline (${why}): make one with surefoot gate --record-baseline ${file}`,
  );
}

/** What is recorded of a scan. Findings that an earlier baseline or report had keep the day on which they were first seen. */
export function makeBaseline(input: {
  readonly subject: string;
  readonly recordedAt: string;
  readonly findings: readonly Finding[];
  readonly runs: TreeScan['runs'];
  readonly database: VulnerabilityDatabase | undefined;
  readonly firstSeen: Readonly<Record<string, string>>;
}): Baseline {
  return {
    version: BASELINE_VERSION,
    recordedAt: input.recordedAt,
    subject: input.subject,
    tools: input.runs.map((run) => ({
      name: run.scanner,
      version: run.version,
      arguments: run.arguments.map(withoutFolders),
    })),
    rules: RULES_VERSION,
    ...(input.database === undefined ? {} : { database: { ...input.database } }),
    findings: input.findings.map((finding) => ({
      id: finding.id,
      key: finding.key,
      kind: finding.kind,
      rule: finding.rule,
      severity: finding.severity,
      where: finding.resource ?? finding.package?.name ?? finding.title,
      ...(finding.location === undefined ? {} : { file: finding.location.file }),
      ...(finding.kind === 'secret' || finding.content === undefined ? {} : { content: finding.content }),
      firstSeen: input.firstSeen[finding.id] ?? input.recordedAt,
    })),
  };
}

/** Folders of the machine that recorded it say nothing to another. */
function withoutFolders(argument: string): string {
  return argument.replace(/(^|=)\/.*\/([^/]*)$/, '$1…/$2');
}

/** What differs between how the baseline was made and how this scan was, as sentences; empty when a comparison is like with like. */
export function baselineDifferences(baseline: Baseline, runs: TreeScan['runs']): string[] {
  const versions = (list: readonly { name: string; version: string }[]) =>
    new Map(list.map((one) => [one.name, one.version]));
  const before = versions(baseline.tools);
  const now = versions(runs.map((run) => ({ name: run.scanner, version: run.version })));
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return [
    ...names
      .filter((name) => before.get(name) !== now.get(name))
      .map((name) => `${name} was ${before.get(name) ?? 'not run'} and is ${now.get(name) ?? 'not run'}`),
    ...(baseline.rules === RULES_VERSION
      ? []
      : [`the tables of rules were ${baseline.rules} and are ${RULES_VERSION}`]),
  ];
}

/** High and critical findings: surely, and at most, if each of unknown severity were one. */
export function seriousBounds(severities: readonly Severity[]): { readonly atLeast: number; readonly atMost: number } {
  const surely = severities.filter((severity) => severity === 'critical' || severity === 'high').length;
  return { atLeast: surely, atMost: surely + severities.filter((severity) => severity === 'unknown').length };
}

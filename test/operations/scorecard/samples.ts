/** A platform with the targets that a test names, and facts and evidence for it. */
import { createHash } from 'node:crypto';
import { readFacts } from '../../../src/operations/scorecard/facts.ts';
import type { EvidenceFile } from '../../../src/operations/scorecard/from-evidence.ts';
import type { Observation, Source } from '../../../src/operations/scorecard/observation.ts';
import { makeScorecard, type ScorecardRequest } from '../../../src/operations/scorecard/scorecard.ts';
import type { Platform } from '../../../src/platform/model.ts';
import { parsePlatform } from '../../../src/platform/parse.ts';
import { formatProblem } from '../../../src/platform/problems.ts';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import type { ScorecardRow } from '../../../src/report/scorecard/record.ts';

export const NOW = Date.parse('2026-11-01T00:00:00Z');
export const DAY = 86_400_000;

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev: { region: eu-west-1, cluster: shop-dev, zones: [eu-west-1a, eu-west-1b] }
  prod: { region: eu-west-1, cluster: shop, zones: [eu-west-1a, eu-west-1b, eu-west-1c] }
services:
  web: { ecsService: shop-web, port: 80, coldStart: 60s, capacity: { requestsPerSecond: 10, responseTime: 2s } }
  api: { ecsService: shop-api, port: 81 }
`;

/** A Target document. */
export function target(name: string, rest: string): string {
  return `---\napiVersion: surefoot/v1\nkind: Target\nname: ${name}\n${rest}\n`;
}

/** An availability SLO over 30 days. */
export function slo(share: string, service = 'web', name = 'availability'): string {
  return `---
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: ${service}
  indicator:
    metadata: { name: ${name} }
    spec:
      ratioMetric:
        good: { metricSource: { type: surefoot, spec: { indicator: availability } } }
        total: { metricSource: { type: surefoot, spec: { indicator: requests } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${share} }]
`;
}

export function platformWith(...documents: string[]): Platform {
  const { platform, problems } = parsePlatform(PLATFORM + documents.join(''), 'surefoot.yml');
  if (platform === undefined) {
    throw new Error(problems.map(formatProblem).join('\n'));
  }
  return platform;
}

export function sourceOf(file: string, operation = 'facts'): Source {
  return { file, operation, sha256: createHash('sha256').update(file).digest('hex') };
}

/** Facts of a CSV text; a mistake in it is an error. */
export function facts(platform: Platform, csv: string): readonly Observation[] {
  const { observations, problems } = readFacts(csv, sourceOf('facts.csv'), platform, NOW);
  if (problems.length > 0) {
    throw new Error(problems.map(formatProblem).join('\n'));
  }
  return observations;
}

let files = 0;

/** A record of `operation`, of production and the day before NOW unless it says otherwise. */
export function evidence(operation: string, rest: Partial<Evidence> = {}): EvidenceFile {
  files += 1;
  const record = evidenceSchema.parse({
    version: 'surefoot/evidence/v1',
    operation,
    title: operation,
    subject: { platform: 'shop', environment: 'prod' },
    rehearsal: false,
    speed: 1,
    startedAt: new Date(NOW - DAY).toISOString(),
    finishedAt: new Date(NOW - DAY + 60_000).toISOString(),
    verdict: 'pass',
    reasons: [{ code: 'done', message: 'done' }],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    tools: [],
    ...rest,
  });
  return { source: sourceOf(`evidence-${files}.json`, operation), evidence: record };
}

/** A measurement of evidence. */
export function measured(indicator: string, value: number | null, rest: object = {}) {
  return { indicator, value, unit: 'ratio', method: 'measured', ...rest };
}

export function scorecard(platform: Platform, rest: Partial<ScorecardRequest> = {}, now = NOW): Evidence {
  const request: ScorecardRequest = {
    platform,
    targets: { file: 'surefoot.yml', sha256: 'a'.repeat(64) },
    environment: 'prod',
    evidence: [],
    facts: [],
    previous: undefined,
    notes: [],
    ...rest,
  };
  const record = makeScorecard(request, { now: () => new Date(now), sleep: async () => undefined });
  return evidenceSchema.parse(record);
}

/** The only row of a scorecard with one target. */
export function onlyRow(platform: Platform, rest: Partial<ScorecardRequest> = {}): ScorecardRow {
  const [row, ...others] = scorecard(platform, rest).scorecard?.rows ?? [];
  if (row === undefined || others.length > 0) {
    throw new Error(`expected one row, not ${others.length + 1}`);
  }
  return row;
}

/** A platform file with one service, and loads on it by real k6. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { findProfile } from '../../../src/entry/load/find-profile.ts';
import { startLoad } from '../../../src/measure/start-load.ts';
import { type LoadPorts, runLoad } from '../../../src/operations/load/load.ts';
import { type LoadRequest, type PlannedLoad, planRun } from '../../../src/operations/load/plan.ts';
import { type Profile, readProfile } from '../../../src/operations/load/profile.ts';
import { parsePlatform } from '../../../src/platform/parse.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { type Evidence, evidenceSchema, type LoadRecord } from '../../../src/report/evidence.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

export interface Site {
  readonly url: string;
  readonly capacity?: number;
  readonly target?: string;
  /** More lines of `load` of the service. */
  readonly load?: string;
  readonly environment?: string;
}

/** The text of a surefoot.yml whose one service is at `url`. */
export function platformText({
  url,
  capacity = 40,
  target = '0.9',
  load = 'timeout: 1s',
  environment = '',
}: Site): string {
  return `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev: { region: eu-west-1, cluster: shop${environment} }
services:
  web:
    ecsService: shop-web
    port: 8080
    url: ${url}
    capacity: { requestsPerSecond: ${capacity}, responseTime: 100ms }
    load: { path: /buy, ${load} }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: surefoot, spec: { indicator: availability } } }
        total: { metricSource: { type: surefoot, spec: { indicator: requests } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${target} }]
`;
}

/** What is asked for, with defaults for what a test does not care for. */
export function requestFor(site: Site, profile: Profile, change: Partial<LoadRequest> = {}): LoadRequest {
  const { platform, problems } = parsePlatform(platformText(site), 'surefoot.yml');
  const environment = platform?.environments['dev'];
  if (platform === undefined || environment === undefined) {
    throw new Error(JSON.stringify(problems));
  }
  return {
    platform: platform.name,
    environment,
    target: resolveService(platform),
    objectives: platform.objectives,
    profile,
    url: undefined,
    rehearsalOrigins: [],
    script: undefined,
    compress: 1,
    rehearsalSpeed: undefined,
    variables: {},
    ...change,
  };
}

export { findProfile };

/** A profile from its stages. */
export function profileOf(lines: string): Profile {
  const { profile, problems } = readProfile(
    `apiVersion: surefoot/v1\nkind: LoadProfile\nname: test\ndescription: a test\n${lines}\n`,
    'test.yml',
  );
  if (profile === undefined) {
    throw new Error(JSON.stringify(problems));
  }
  return profile;
}

/** Plans and runs; the evidence is held against its schema. */
export async function runWith(k6: string, request: LoadRequest, change: Partial<LoadPorts> = {}): Promise<Evidence> {
  return carryOut(k6, planRun(request), change);
}

export async function carryOut(k6: string, planned: PlannedLoad, change: Partial<LoadPorts> = {}): Promise<Evidence> {
  const evidence = await runLoad(planned, {
    reporter: { stage: () => undefined, info: () => undefined, warn: () => undefined, progress: () => undefined },
    clock: systemClock,
    signal: new AbortController().signal,
    k6Version: 'test',
    startLoad: (load, name, onProgress) =>
      startLoad({ k6, load, workDirectory: path.join(workFolder, name), onProgress }),
    ...change,
  });
  return evidenceSchema.parse(evidence);
}

/** The load of a record, which must have one. */
export function loadOf(evidence: Evidence): LoadRecord {
  if (evidence.load === undefined) {
    throw new Error('the evidence has no load');
  }
  return evidence.load;
}

export let workFolder = '';

beforeAll(async () => {
  workFolder = await mkdtemp(path.join(tmpdir(), 'load-'));
});

afterAll(() => rm(workFolder, { recursive: true, force: true }));

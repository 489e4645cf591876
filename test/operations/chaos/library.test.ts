/** The experiments that surefoot ships: nothing is found wrong with them, their own guards let them pass, and the index has them all. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fillIn, shippedExperiments } from '../../../src/entry/chaos/find-experiment.ts';
import { shippedProfiles } from '../../../src/entry/load/find-profile.ts';
import { checkChaosFile } from '../../../src/operations/chaos/check/check.ts';
import type { Experiment } from '../../../src/operations/chaos/experiment/experiment.ts';
import { parseIsoDuration } from '../../../src/operations/chaos/experiment/iso-duration.ts';
import { planOffline } from '../../../src/operations/chaos/plan/plan.ts';
import { actionSpans } from '../../../src/operations/chaos/plan/timing.ts';
import { requirePlatform } from '../../../src/platform/load.ts';
import type { Platform } from '../../../src/platform/model.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { evidenceSchema } from '../../../src/report/evidence.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const FOLDER = 'chaos';
const names = await shippedExperiments();

let platform: Platform;
let profiles: readonly string[];

beforeAll(async () => {
  platform = await requirePlatform('examples/artguard/surefoot.yml');
  profiles = await shippedProfiles();
});

async function read(name: string): Promise<string> {
  return readFile(path.join(FOLDER, `${name}.yml`), 'utf8');
}

async function experimentOf(name: string): Promise<Experiment> {
  const [subject] = checkChaosFile(await read(name), name).subjects;
  if (subject?.experiment === undefined) {
    throw new Error(`${name} holds no experiment`);
  }
  const target = resolveService(platform, { environment: 'dev' });
  const environment = platform.environments['dev'];
  if (environment === undefined) {
    throw new Error('artguard has no dev');
  }
  const filled = fillIn(subject.experiment, {
    platform,
    environment,
    target,
    account: '123456789012',
    zone: undefined,
    variables: {},
  });
  expect(filled.missing, name).toEqual([]);
  return filled.experiment;
}

describe('the library of experiments', () => {
  // Amazon EBS user guide, "Latency injection", pre-configured latency experiment templates: seconds, ms, percent of reads and writes.
  it.each<readonly [string, readonly (readonly [number, number, number, number])[]]>([
    ['sustained', [[900, 500, 50, 100]]],
    ['increasing', [50, 200, 700, 1000, 15_000].map((ms) => [180, ms, 10, 25] as const)],
    ['decreasing', [20_000, 5000, 900, 300, 40].map((ms) => [180, ms, 10, 10] as const)],
    [
      'intermittent',
      [
        [60, 30_000, 0.1, 0.1],
        [120, 10_000, 0.1, 0.1],
        [120, 20_000, 0.1, 0.1],
      ],
    ],
  ])("has AWS's figures of the EBS scenario %s", async (name, expected) => {
    const { template } = await experimentOf(`ebs-latency-${name}`);
    const steps = Object.values(template.actions).filter(({ actionId }) => actionId === 'aws:ebs:volume-io-latency');
    const figures = steps.map(({ parameters = {} }) => [
      parseIsoDuration(parameters['duration'] ?? ''),
      Number(parameters['readIOLatencyMilliseconds']),
      Number(parameters['readIOPercentage']),
      Number(parameters['writeIOPercentage']),
    ]);
    expect(figures).toEqual(expected);
    expect(
      steps.every(
        ({ parameters: { readIOLatencyMilliseconds: read, writeIOLatencyMilliseconds: write } = {} }) => read === write,
      ),
    ).toBe(true);
    expect(actionSpans(template).at(-1)?.to).toBe(900);
  });

  it('has what its index says, and the index has them all', async () => {
    const index = await readFile(path.join(FOLDER, 'README.md'), 'utf8');
    const linked = [...index.matchAll(/\]\(([a-z0-9-]+)\.yml\)/g)].map(([, name]) => name);
    expect([...new Set(linked)].sort()).toEqual(names);
    expect(linked).toHaveLength(names.length);
    const files = (await readdir(FOLDER)).filter((file) => file !== 'README.md');
    expect(files.sort()).toEqual(names.map((name) => `${name}.yml`).sort());
  });

  it.each(names)('%s has no problem, not even a warning, also within a platform', async (name) => {
    const text = await read(name);
    expect(checkChaosFile(text, name).problems).toEqual([]);
    expect(checkChaosFile(text, name, { known: { platform, profiles } }).problems).toEqual([]);
  });

  it.each(names)('%s says all that makes a test of it, and what it hits', async (name) => {
    const experiment = await experimentOf(name);
    const { template, steadyState, load, expect: expected, guards } = experiment;
    expect(experiment.name).toBe(name);
    expect(experiment.description).toMatch(/\.$/);
    expect([steadyState.length, load?.profile]).toEqual([1, 'failover']);
    expect([expected.rtoSeconds, expected.availability?.percent].every((one) => one !== undefined)).toBe(true);
    expect(guards.maximumCost).toBeDefined();
    expect(guards.stopRole).toBe('arn:aws:iam::123456789012:role/surefoot-stop');
    const tags = Object.values(template.targets ?? {}).flatMap(({ resourceTags }) =>
      resourceTags === undefined ? [] : [resourceTags],
    );
    expect(tags.every((one) => one['surefoot:environment'] === 'dev')).toBe(true);
    expect(template.stopConditions.every(({ source }) => source === 'aws:cloudwatch:alarm')).toBe(true);
    expect(template.logConfiguration?.logSchemaVersion).toBe(2);
    expect(template.experimentOptions?.emptyTargetResolutionMode).toBe('fail');
    expect(await read(name)).toMatch(/^# [\s\S]*?\n# Hits: /);
  });

  it.each(names)('%s keeps within its own guards, which are not wide open either', async (name) => {
    const experiment = await experimentOf(name);
    const environment = platform.environments['dev'];
    const request = {
      platform: platform.name,
      service: 'backend',
      experiment,
      protectedClusters: [],
      account: '123456789012',
      rehearsalSpeed: undefined,
    };
    const evidence = planOffline(
      {
        ...request,
        environment: environment ?? Object.values(platform.environments)[0] ?? never(),
        runId: 'x',
        version: '0',
      },
      { clock: systemClock },
    );
    expect(evidenceSchema.safeParse(evidence).error).toBeUndefined();
    expect(evidence.reasons.map(({ code }) => code)).toEqual(['estimated']);
    const { cost, spans } = evidence.experiment ?? never();
    expect(experiment.guards.maximumCost).toBeLessThanOrEqual(Math.max(1, cost.dollars * 2));
    const end = Math.max(...spans.filter(({ kind }) => kind === 'fault').map(({ to }) => to));
    expect(experiment.guards.maximumDurationSeconds).toBeLessThanOrEqual(end + 600);
  });
});

function never(): never {
  throw new Error('the library has nothing of that');
}

/** Which evidence is taken as a baseline, what is refused, and what is only said. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBaseline } from '../../../src/entry/load/baselines.ts';
import { tolerancesOf } from '../../../src/entry/load/tolerances.ts';
import { conditionsOf } from '../../../src/operations/load/compare/conditions.ts';
import { type Evidence, evidenceSchema, type LoadRecord } from '../../../src/report/evidence.ts';
import { drawLoad } from '../../operations/load/compare/loads.ts';

let folder: string;
let said: string[];
const reporter = {
  stage: () => undefined,
  info: (text: string) => void said.push(text),
  warn: () => undefined,
  progress: () => undefined,
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baselines-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LOAD = drawLoad({
  seed: 1,
  change: { generator: { cpu: 0.1, cores: 4, latenessMax: 0, exit: '0', problems: [] } },
});

function evidenceOf(load: Partial<LoadRecord> = {}, change: Partial<Evidence> = {}): Evidence {
  return evidenceSchema.parse({
    version: 'surefoot/evidence/v1',
    operation: 'load',
    title: 'Load',
    subject: { platform: 'shop', environment: 'dev', service: 'web' },
    rehearsal: false,
    speed: 1,
    startedAt: LOAD.startedAt,
    finishedAt: LOAD.finishedAt,
    verdict: 'pass',
    reasons: [{ code: 'targets-met', message: 'met' }],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    tools: [{ name: 'k6', version: '2.2.0' }],
    load: { ...LOAD, ...load },
    ...change,
  });
}

const PLANNED = (() => {
  const { rehearsal, speed, subject, tools } = evidenceOf();
  return conditionsOf({ load: LOAD, cores: 4, rehearsal, speed, subject, tools });
})();

async function write(name: string, evidence: unknown): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify(evidence));
  return file;
}

const read = (where: string) => readBaseline(where, PLANNED, reporter);

describe('a file', () => {
  it('of the same load is taken, with its name and digest', async () => {
    const { sources, differences } = await read(await write('load.json', evidenceOf()));
    expect(sources).toMatchObject([{ file: 'load.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(differences).toEqual([]);
  });

  it('of another k6, machine or address is taken, and what differs is named; so is what is not known', async () => {
    const other = evidenceOf(
      { url: 'http://127.0.0.1:9090/', generator: { cpu: 0.1, latenessMax: 0, exit: '0', problems: [] } },
      { tools: [{ name: 'k6', version: '1.8.1' }] },
    );
    const { differences } = await read(await write('load.json', other));
    expect(differences).toEqual([
      { name: 'k6', baseline: '1.8.1', candidate: '2.2.0' },
      { name: 'cores of the generator', baseline: 'not known', candidate: '4' },
      { name: 'address', baseline: 'http://127.0.0.1:9090/', candidate: 'http://127.0.0.1:8080/' },
    ]);
  });

  const refused: readonly (readonly [string, Evidence, RegExp])[] = [
    ['of another profile', evidenceOf({ name: 'spike' }), /profile is drawn, was spike/],
    ['of another rate', evidenceOf({ rate: 30 }), /shape is 20 requests\/s, was 30 requests\/s/],
    ['of another time-out', evidenceOf({ timeoutSeconds: 9 }), /time-out is 1 s, was 9 s/],
    ['of a script', evidenceOf({ script: 'abc' }), /script is none, was abc/],
    ['of a rehearsal', evidenceOf({}, { rehearsal: true }), /kind is real, was rehearsal/],
    ['of another speed', evidenceOf({}, { rehearsal: true, speed: 20 }), /speed is ×1, was ×20/],
    [
      'of a starved generator',
      evidenceOf({ generator: { ...LOAD.generator, problems: [{ code: 'dropped', message: '9 dropped' }] } }),
      /is the load generator, not the service: 9 dropped/,
    ],
    [
      'that was cancelled',
      evidenceOf({}, { reasons: [{ code: 'cancelled', message: 'by SIGINT' }] }),
      /it was cancelled/,
    ],
    ['of another operation', evidenceOf({}, { operation: 'deploy', load: undefined }), /it is evidence of deploy/],
  ];

  it.each(refused)('%s is refused', async (_, evidence, message) => {
    await expect(read(await write('load.json', evidence))).rejects.toThrow(message);
  });

  it('with a probe beside it stands for its users', async () => {
    const parts = [evidenceOf(), evidenceOf({ name: 'probe' })];
    const { sources } = await read(await write('load.json', evidenceOf({}, { load: undefined, parts })));
    expect(sources.map(({ load }) => load.name)).toEqual(['drawn']);
  });
});

describe('a folder', () => {
  it('gives all of the same load in the order of time, and names the others', async () => {
    await write('b.json', evidenceOf({ startedAt: '2026-11-20T10:00:00.000Z' }));
    await write('a.json', evidenceOf({ startedAt: '2026-11-21T10:00:00.000Z' }));
    await write('c.json', evidenceOf({ startedAt: '2026-11-19T10:00:00.000Z' }));
    await write('spike.json', evidenceOf({ name: 'spike' }));
    await write('package.json', { name: 'x' });
    await write('load.md', '');
    const { sources } = await read(folder);
    expect(sources.map(({ file }) => file)).toEqual(['c.json', 'b.json', 'a.json']);
    expect(said).toHaveLength(2);
    expect(said.join()).toMatch(/package\.json.*spike\.json/);
  });

  it('without any is refused', async () => {
    await expect(read(folder)).rejects.toThrow(/holds no evidence of such a load/);
  });
});

describe('tolerances', () => {
  const objective = {
    name: 'availability',
    service: 'web',
    indicator: 'availability',
    target: '0.999',
    budget: { numerator: 1n, denominator: 1000n },
    thresholdSeconds: undefined,
    windowDays: 30,
  } as const;

  it('are those that were written, else the budget of errors and what is usual', () => {
    expect(tolerancesOf([], [])).toEqual({ errors: 0.01, latency: 0.1, throughput: 0.05 });
    expect(tolerancesOf(['latency=2.5%'], [objective])).toEqual({ errors: 0.001, latency: 0.025, throughput: 0.05 });
  });

  it.each(['latency=10', 'memory=10%', 'latency', 'latency=-1%'])('%s is refused', (text) => {
    expect(() => tolerancesOf([text], [])).toThrow(/write errors=0\.1%/);
  });
});

/** Each scenario of an experiment once, as `npm run prove` runs it ten times (docs/proof.md). */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { surefoot } from '../../../cli/surefoot.ts';
import { describeWithK6 } from '../../../measure/k6.ts';

const NAMES = [
  'task-kill',
  'zone-loss',
  'zone-loss-unprepared',
  'database-failover',
  'replica-loss',
  'vacuous',
  'stop-condition',
  'runner-dies-in-chaos',
] as const;

describeWithK6('surefoot rehearse, experiments', () => {
  let folder: string;
  let record: Evidence;
  let said: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-chaos-'));
    const { stdout, stderr } = await surefoot(['rehearse', ...NAMES, '--json', '--report-dir', folder]);
    said = stderr;
    record = evidenceSchema.parse(JSON.parse(await readFile(JSON.parse(stdout).evidence, 'utf8')));
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  function part(name: string): Evidence {
    const found = record.parts.find(({ title }) => title === name);
    if (found === undefined) {
      throw new Error(`there is no record of ${name}: ${said}`);
    }
    return found;
  }

  const value = (name: string, indicator: string) =>
    part(name).measurements.find((measurement) => measurement.indicator === indicator)?.value;

  it.each(NAMES)('shows what %s expects', (name) => {
    expect(
      part(name)
        .reasons.map(({ message }) => message)
        .join('\n'),
      said,
    ).not.toContain('not shown');
    expect(part(name).verdict).toBe('pass');
    expect(part(name).subject.platform).toBe('splurge-art');
  });

  it('has the truth beside what the runs have measured', () => {
    expect(value('zone-loss', 'lost-requests')).toBeGreaterThan(0);
    expect(value('zone-loss', 'deviation of the recovery time')).toBeLessThanOrEqual(0.25);
    expect(value('database-failover', 'lost-writes')).toBe(0);
    expect(value('replica-loss', 'lost-writes')).toBeGreaterThan(0);
    expect(part('vacuous').load).toBeUndefined();
  });
});

it('says what a platform lacks for a scenario, before anything is started', async () => {
  const { code, stderr } = await surefoot(['rehearse', 'database-failover', '--platform', 'artguard']);
  expect(code).toBe(2);
  expect(stderr).toContain('database-failover needs a database with `multiAz: true`');
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import { surefoot } from '../../cli/surefoot.ts';
import { describeWithK6 } from '../../measure/k6.ts';

/** The scenario's record, once it showed what it expects. */
async function shown(scenario: string): Promise<Evidence | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-regions-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { code, stdout, stderr } = await surefoot([
    'rehearse',
    scenario,
    '--speed',
    '60',
    '--json',
    '--report-dir',
    folder,
  ]);
  const result = JSON.parse(stdout) as { verdict: string; evidence: string };
  const { parts }: Evidence = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8')));
  expect([code, result.verdict], `${stderr}\n${JSON.stringify(parts.map(({ checks }) => checks))}`).toEqual([
    0,
    'pass',
  ]);
  return parts[0];
}

describeWithK6('surefoot rehearse, two regions', () => {
  it('refuses a standby that is not ready', { timeout: 600_000 }, async () => {
    const refused = await shown('region-not-ready');
    expect(refused?.reasons[0]?.message).toContain('image-missing');
    expect(refused?.load?.totals.failed).toBe(0);
  });

  it('loses a region under load, and goes back without losing a write', { timeout: 900_000 }, async () => {
    const record = await shown('region-failover');
    const measured = (name: string) => record?.measurements.find(({ indicator }) => indicator === name)?.value;
    expect(measured('requests lost to the region (truth)')).toBeGreaterThan(0);
    expect(measured('acknowledged writes lost to the region (truth)')).toBeGreaterThanOrEqual(0);
    expect(measured('acknowledged writes lost on the way back (truth)')).toBe(0);
    expect(measured('write pause')).toBeGreaterThan(0);
    const share = record?.series.find(({ name }) => name === 'connections that DNS led to us-east-2')?.points;
    expect([share?.[0]?.[1], share?.at(-1)?.[1]]).toEqual([0, 0]);
    expect(Math.max(...(share ?? []).map(([, value]) => value ?? 0))).toBe(1);
  });
});

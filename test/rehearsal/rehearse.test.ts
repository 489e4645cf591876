/** The main job, as a newcomer runs it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { surefoot } from '../cli/surefoot.ts';
import { describeWithK6 } from '../measure/k6.ts';

describeWithK6('surefoot rehearse', () => {
  it('shows a good revision live without loss and three others rolled back', { timeout: 900_000 }, async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-rehearse-'));
    try {
      const { code, stdout, stderr } = await surefoot(['rehearse', '--json', '--report-dir', folder]);
      const result = JSON.parse(stdout) as { verdict: string; evidence: string };
      expect([code, result.verdict], stderr).toEqual([0, 'pass']);
      const evidence: Evidence = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8')));
      const [good, bad] = evidence.parts;
      expect(evidence.parts.map((part) => part.title)).toEqual([
        'deploy-good',
        'deploy-bad',
        'deploy-crash-loop',
        'runner-dies',
      ]);
      expect(
        [...(good?.checks ?? []), ...(bad?.checks ?? [])].filter((check) => check.verdict === 'inconclusive'),
      ).toEqual([]);

      expect(good?.deployment).toMatchObject({ status: 'SUCCESSFUL', strategy: 'BLUE_GREEN' });
      expect(good?.deployment?.live).toBe(good?.deployment?.candidate.revision);
      expect(good?.deployment?.candidate.images[0]).toMatch(/artguard-backend@sha256:[0-9a-f]{64}$/);
      expect(good?.load?.totals.failed).toBe(0);
      expect(good?.load?.totals.dropped).toBe(0);

      expect(bad?.deployment).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
      expect(bad?.deployment?.live).toBe(bad?.deployment?.baseline?.revision);
      expect(bad?.reasons[0]?.message).toContain('requests failed on it');
      expect(bad?.load?.totals.failed).toBeGreaterThan(0);

      const html = await readFile(result.evidence.replace(/\.json$/, '.html'), 'utf8');
      expect(html).toContain('deploy-bad');
      expect(html).not.toMatch(/(src|href)="https?:/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  const shop = (environment: string, folder: string) =>
    surefoot([
      'rehearse',
      'deploy-bad',
      '--config',
      'test/rehearsal/shop/surefoot.yml',
      '--environment',
      environment,
      '--json',
      '--report-dir',
      folder,
    ]);

  it.each([
    ['closes every connection', 'closing', 'http-502'],
    ['never answers', 'hanging', 'timeout'],
  ])('rolls back a candidate that is healthy and %s', { timeout: 420_000 }, async (_name, environment, kind) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-shop-'));
    try {
      const { code, stdout, stderr } = await shop(environment, folder);
      const result = JSON.parse(stdout) as { verdict: string; evidence: string };
      expect([code, result.verdict], stderr).toEqual([0, 'pass']);
      const [part] = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8'))).parts;
      expect(part?.deployment?.status).toBe('ROLLBACK_SUCCESSFUL');
      expect(part?.reasons[0]?.message).toContain('requests failed on it');
      expect(part?.load?.bins.flatMap((bin) => Object.keys(bin.failed))).toContain(kind);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('shows a candidate that the smoke check catches without one failure', { timeout: 420_000 }, async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-shop-'));
    try {
      const { code, stdout, stderr } = await shop('caught', folder);
      const result = JSON.parse(stdout) as { verdict: string; evidence: string };
      expect([code, result.verdict], stderr).toEqual([0, 'pass']);
      const [part] = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8'))).parts;
      expect(part?.load?.totals.failed).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says why a service does not start, instead of waiting', { timeout: 180_000 }, async () => {
    const { code, stderr } = await shop('absent', await mkdtemp(path.join(os.tmpdir(), 'surefoot-shop-')));
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not start in the rehearsal/);
    expect(stderr).toMatch(/no-such-file\.mjs/);
  });

  it('names the scenarios that have no image before anything starts', async () => {
    const { code, stderr } = await surefoot([
      'rehearse',
      'deploy-good',
      '--config',
      'test/rehearsal/shop/surefoot.yml',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no image for deploy-good \(it names: deploy-bad\)/);
  });

  it('refuses a speed at which the pause would end before the watch', async () => {
    const { code, stderr } = await surefoot(['rehearse', 'deploy-good', '--speed', '600']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/a lower --speed/);
  });
});

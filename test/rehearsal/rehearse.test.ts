/** The main job, as a newcomer runs it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { surefoot } from '../cli/surefoot.ts';
import { describeWithK6 } from '../measure/k6.ts';

describeWithK6('surefoot rehearse', () => {
  it('shows a good revision live without loss and a bad one rolled back', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-rehearse-'));
    try {
      const { code, stdout, stderr } = await surefoot([
        'rehearse',
        'deploy-good',
        'deploy-bad',
        '--json',
        '--report-dir',
        folder,
      ]);
      const result = JSON.parse(stdout) as { verdict: string; evidence: string };
      expect([code, result.verdict], stderr).toEqual([0, 'pass']);
      const evidence: Evidence = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8')));
      const [good, bad] = evidence.parts;
      expect(evidence.parts.map((part) => part.title)).toEqual(['deploy-good', 'deploy-bad']);
      expect(
        [...(good?.checks ?? []), ...(bad?.checks ?? [])].filter((check) => check.verdict === 'inconclusive'),
      ).toEqual([]);

      expect(good?.deployment).toMatchObject({ status: 'SUCCESSFUL', strategy: 'BLUE_GREEN' });
      expect(good?.deployment?.live).toBe(good?.deployment?.candidate.revision);
      expect(good?.deployment?.candidate.images[0]).toMatch(/artguard-backend:1\.1\.0@sha256:[0-9a-f]{64}$/);
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

  it('refuses a speed at which the pause would end before the watch', async () => {
    const { code, stderr } = await surefoot(['rehearse', 'deploy-good', '--speed', '600']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--speed \d+ or less/);
  });
});

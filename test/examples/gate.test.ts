/** Each example passes its own gate with the real scanners, waivers taken as of the day they were written: a test is not what reminds of their end. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/operations/gate/judge.ts';
import { readAudit } from '../../src/operations/gate/report/audit.ts';
import { checkovSpec } from '../../src/tools/checkov.ts';
import { locateTool } from '../../src/tools/find-tool.ts';
import { trivySpec } from '../../src/tools/trivy.ts';
import { surefoot } from '../cli/surefoot.ts';

const WRITTEN = '2026-11-21T12:00:00.000Z';
const EXAMPLES = ['artguard', 'splurge-art', 'auterity', 'arteraai'].filter((name) =>
  existsSync(`examples/${name}/infra`),
);

const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined, stage: () => undefined };
const found = await Promise.all([trivySpec, checkovSpec].map((spec) => locateTool(spec, { reporter })));
// CI installs both; a laptop without them is told by name that these were skipped.
const here = process.env['CI'] !== undefined || found.every((tool) => tool !== undefined);

describe.skipIf(!here)('the gate of an example', () => {
  it.each(EXAMPLES)('passes for %s', async (name) => {
    const folder = `examples/${name}`;
    const reports = await mkdtemp(path.join(os.tmpdir(), 'surefoot-example-gate-'));
    const baseline = existsSync(`${folder}/baseline.json`) ? ['--baseline', `${folder}/baseline.json`] : [];
    try {
      const config = ['--config', `${folder}/surefoot.yml`, '--report-dir', reports];
      await surefoot(['gate', folder, ...config, ...baseline, '--offline']);
      const audit = readAudit(await readFile(path.join(reports, 'gate-audit.json'), 'utf8'));
      if (audit === undefined) {
        throw new Error('the gate left no audit');
      }
      const judged = judge({ ...audit.input, now: WRITTEN });
      expect(judged.reasons).toMatchObject([{ code: 'targets-met' }]);
      expect(judged.verdict).toBe('pass');
      expect(judged.waived.length).toBeGreaterThan(0);
    } finally {
      await rm(reports, { recursive: true, force: true });
    }
  });
});

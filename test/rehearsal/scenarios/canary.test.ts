/** Each scenario of a shift in steps once, as `npm run prove` runs it ten times (docs/proof.md). */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import { surefoot } from '../../cli/surefoot.ts';
import { describeWithK6 } from '../../measure/k6.ts';

async function rehearse(scenario: string): Promise<Evidence> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-canary-'));
  try {
    const { code, stdout, stderr } = await surefoot([
      ...['rehearse', scenario, '--seed', '11', '--json', '--report-dir', folder],
    ]);
    const result = JSON.parse(stdout) as { verdict: string; evidence: string };
    expect([code, result.verdict], stderr).toEqual([0, 'pass']);
    const [part] = evidenceSchema.parse(JSON.parse(await readFile(result.evidence, 'utf8'))).parts;
    if (part === undefined) {
      throw new Error('the record has no scenario');
    }
    return part;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describeWithK6('surefoot rehearse, two revisions under traffic', () => {
  it.each([
    ['canary-good', 'SUCCESSFUL', 'promote', [50]],
    ['canary-errors', 'ROLLBACK_SUCCESSFUL', 'roll-back', [10]],
    ['canary-slow', 'ROLLBACK_SUCCESSFUL', 'roll-back', [20]],
    ['canary-quiet', 'ROLLBACK_SUCCESSFUL', 'inconclusive', [1]],
  ])('shows what %s expects', { timeout: 600_000 }, async (scenario, status, decision, percents) => {
    const { deployment, judgement } = await rehearse(scenario);
    expect(deployment?.status).toBe(status);
    expect(judgement?.decisions.at(-1)?.decision).toBe(decision);
    expect(judgement?.steps.map(({ percent }) => percent)).toEqual(percents);
  });
});

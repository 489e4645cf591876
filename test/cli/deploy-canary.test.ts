/** CANARY and LINEAR by the bundled command line, under traffic: decided by evidence that can be recomputed from the record. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StepBake } from '../../src/rehearsal/ecs/plan/stages.ts';
import type { Evidence, JudgementRecord } from '../../src/report/evidence.ts';
import { type DeployLab, evidenceOf, image, startDeployLab } from './deploy-lab.ts';

const REQUESTS_AT_ONCE = 4;
const PAUSE_MS = 40;

/** Runs `work` while requests flow to the service, one after the other on each of a few connections. */
async function underTraffic<T>({ url }: DeployLab, work: () => Promise<T>): Promise<T> {
  let flows = true;
  const client = async () => {
    while (flows) {
      await fetch(url)
        .then((answer) => answer.text())
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const clients = Array.from({ length: REQUESTS_AT_ONCE }, client);
  try {
    return await work();
  } finally {
    flows = false;
    await Promise.all(clients);
  }
}

async function withLab(
  environment: string,
  stepBake: StepBake,
  work: (lab: DeployLab) => Promise<void>,
): Promise<void> {
  const lab = await startDeployLab(environment, { stepBake });
  try {
    await work(lab);
  } finally {
    await lab.stop();
  }
}

/** What `surefoot judge` says of the record's blocks. */
function rejudge({ alpha, beta, margin, tolerance, blocks }: JudgementRecord) {
  const options = Object.entries({ alpha, beta, margin, tolerance }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const program = process.env['SUREFOOT_SELF'] ?? path.resolve('.build/cli.cjs');
  const input = blocks.map((block) => `${JSON.stringify(block)}\n`).join('');
  const { stdout } = spawnSync(process.execPath, [program, 'judge', '--to-end', ...options], {
    input,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as {
    verdict: string;
    decidedAfterBlocks: number | null;
    metrics: { errors: { logERollback: number; logEPromote: number } };
    sampleRatio: { logE: number } | null;
  };
}

function judgementOf(evidence: Evidence): JudgementRecord {
  if (evidence.judgement === undefined) {
    throw new Error('the record has no judgement');
  }
  return evidence.judgement;
}

describe.concurrent('surefoot deploy in steps', { timeout: 180_000 }, () => {
  test('rolls a canary back on evidence, and the record gives the same verdict again', () =>
    withLab('canary', 'after-pause', async (lab) => {
      const { deploymentConfiguration: before } = await lab.service();
      const run = await underTraffic(lab, () => lab.run('deploy', '--yes', '--image', image('web:failing')));
      expect(run.end, run.stderr).toEqual([1, 'fail', 'worse-than-baseline', 'rolled-back']);
      expect(await lab.answer()).toBe('1');
      expect((await lab.service()).deploymentConfiguration).toEqual({ ...before, lifecycleHooks: [] });

      const evidence = await evidenceOf(run);
      const judgement = judgementOf(evidence);
      const [decision] = judgement.decisions;
      expect(judgement.decisions.map((each) => each.decision)).toEqual(['roll-back']);
      expect(judgement.steps.map(({ percent }) => percent)).toEqual([30]);
      expect(judgement.arms.candidate.revision).toBe(evidence.deployment?.candidate.revision);
      expect(judgement.arms.candidate.errors).toBeGreaterThan(judgement.arms.baseline.errors);

      const again = rejudge(judgement);
      expect(again).toMatchObject({ verdict: 'fail', decidedAfterBlocks: judgement.failedAfterBlocks });
      expect(again.metrics.errors.logERollback).toBe(decision?.logERollback);
      expect(again.sampleRatio?.logE).toBe(decision?.logESampleRatio);
      const curve = evidence.series.find(({ name }) => name === 'evidence for a rollback');
      expect(curve?.points.map(([at]) => at)).toEqual(judgement.blocks.map(({ at }) => at));
      expect(curve?.points.at(-1)?.[1]).toBe(decision?.logERollback);
    }));

  test.each(['before-pause', 'after-pause'] as const)(
    'moves a linear deployment step by step, and to the end only on evidence, baking %s',
    (stepBake) =>
      withLab('linear', stepBake, async (lab) => {
        const run = await underTraffic(lab, () => lab.run('deploy', '--yes', '--image', image('web:2')));
        expect(run.end, run.stderr).toEqual([0, 'pass', 'deployed']);
        expect(await lab.answer()).toBe('2');

        const evidence = await evidenceOf(run);
        const judgement = judgementOf(evidence);
        expect(judgement.steps.map(({ percent }) => percent)).toEqual([40, 80]);
        expect(judgement.decisions.map(({ decision, percent }) => [decision, percent])).toEqual([
          ['next-step', 40],
          ['promote', 80],
        ]);
        expect(judgement.provenAfterBlocks).not.toBeNull();
        expect(rejudge(judgement)).toMatchObject({
          verdict: 'pass',
          decidedAfterBlocks: judgement.provenAfterBlocks,
        });
        const stepAt = (at: string) => judgement.steps.find(({ from, until }) => from <= at && at <= until);
        for (const { at, weight } of judgement.blocks) {
          expect(weight).toBe((stepAt(at)?.percent ?? 0) / 100);
        }
        expect(evidence.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
          ['smoke check', 'pass'],
          ['judge of the shift', 'pass'],
          ['watch under production traffic', 'pass'],
          ['digest of "web"', 'pass'],
        ]);
        const ended = Date.parse(judgement.steps.at(-1)?.until ?? '');
        expect(Date.parse(evidence.watch?.since ?? '')).toBeGreaterThanOrEqual(ended);
      }),
  );

  test('promotes by policy what there are too few requests for, says so, and goes back at once', () =>
    withLab('quiet', 'before-pause', async (lab) => {
      const run = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(run.end, run.stderr).toEqual([0, 'pass', 'deployed', 'promoted-without-evidence']);
      const evidence = await evidenceOf(run);
      expect(judgementOf(evidence)).toMatchObject({ provenAfterBlocks: null, failedAfterBlocks: null });
      expect(evidence.checks[0]).toMatchObject({ name: 'judge of the shift', verdict: 'inconclusive' });

      const back = await lab.run('rollback', '--yes');
      expect(back.end, back.stderr).toEqual([0, 'pass', 'deployed']);
      expect(await lab.answer()).toBe('1');
      const { deployment, judgement } = await evidenceOf(back);
      expect(deployment?.strategy).toBe('BLUE_GREEN');
      expect(judgement).toBeUndefined();
    }));
});

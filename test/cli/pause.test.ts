/** What happens while a deployment waits at the pause of its watch: others come, the person cancels, the run dies. */
import { describe, expect, test, vi } from 'vitest';
import { RESTORE_TAG } from '../../src/operations/deploy/way-back/restore.ts';
import type { Evidence } from '../../src/report/evidence.ts';
import { logEvidenceAbove } from '../../src/statistics/confidence-sequence.ts';
import { startTraffic } from '../survival/traffic.ts';
import { type DeployLab, evidenceOf, finished, image, startDeployLab } from './deploy-lab.ts';

const WATCH = 'POST_PRODUCTION_TRAFFIC_SHIFT';
const SECOND = ['deploy', '--yes', '--image', image('web:2')] as const;

async function withLab(work: (lab: DeployLab) => Promise<void>): Promise<void> {
  const lab = await startDeployLab('watched');
  try {
    await work(lab);
  } finally {
    await lab.stop();
  }
}

/** What of surefoot is on the service. */
async function leftovers(lab: DeployLab): Promise<unknown[]> {
  const { tags = [], deploymentConfiguration } = await lab.service();
  return [...tags.filter((tag) => tag.key === RESTORE_TAG), ...(deploymentConfiguration?.lifecycleHooks ?? [])];
}

/** Of waits: `expect.poll` cannot be used where tests run side by side. */
const PATIENCE = { timeout: 90_000, interval: 100 };

describe.concurrent('at the pause', { timeout: 300_000 }, () => {
  test('SIGINT ends the run with 130, the deployment in its old revision, and nothing left on the service', () =>
    withLab(async (lab) => {
      const run = lab.start(...SECOND);
      await lab.untilPaused(WATCH);
      expect(await leftovers(lab)).toHaveLength(2);
      run.child.kill('SIGINT');
      const ended = finished(await run.ended);
      expect(ended.end, ended.stderr).toEqual([130, 'inconclusive', 'cancelled', 'rolled-back']);
      expect(ended.result.reasons[0]?.message).toContain('SIGINT');
      expect(await leftovers(lab)).toEqual([]);
      expect(await lab.answer()).toBe('1');
      const evidence = await evidenceOf(ended);
      expect(evidence).toMatchObject({ verdict: 'inconclusive', deployment: { status: 'ROLLBACK_SUCCESSFUL' } });
      expect(evidence.deployment?.live).toBe(evidence.deployment?.baseline?.revision);
      expect(evidence.events.map((event) => event.label)).toEqual(
        expect.arrayContaining(['roll back', 'deployment configuration put back']),
      );
    }));

  test('a second signal leaves the rest to ECS, and the record says what was not awaited', () =>
    withLab(async (lab) => {
      const run = lab.start(...SECOND);
      await lab.untilPaused(WATCH);
      let asked = false;
      // Once a rollback was asked for, AWS's answers about the deployment do not come back.
      lab.proxy.setRule(({ operation }) => {
        asked ||= operation === 'StopServiceDeployment';
        return asked && operation === 'DescribeServiceDeployments' ? 'lose-answer' : 'pass';
      });
      run.child.kill('SIGINT');
      await vi.waitFor(() => expect(lab.proxy.calls()).toContain('StopServiceDeployment'), PATIENCE);
      // Until the signal is no longer taken for the first one's echo.
      const again = setInterval(() => run.child.kill('SIGINT'), 500);
      const ended = finished(await run.ended);
      clearInterval(again);
      expect(ended.end, ended.stderr).toEqual([130, 'inconclusive', 'cancelled', 'rollback-requested']);
      expect(ended.result.reasons[1]?.message).toContain('surefoot status --repair');
      lab.proxy.setRule(() => 'pass');
      const status = async () => (await lab.run('status')).result.status;
      await vi.waitFor(
        async () => expect(await status()).toMatchObject({ deployment: null, leftover: { repairable: true } }),
        PATIENCE,
      );
      const repaired = await lab.run('status', '--repair');
      expect(repaired.end).toEqual([0, 'pass', 'read', 'repair']);
      expect(await leftovers(lab)).toEqual([]);
    }));

  test('another deployment is refused, and `rollback` ends the one that runs', () =>
    withLab(async (lab) => {
      const run = lab.start(...SECOND);
      const arn = await lab.untilPaused(WATCH);
      const other = await lab.run('deploy', '--yes', '--image', image('web:3'));
      expect(other.end).toEqual([2, null, 'deployment-running']);
      expect(other.result.error?.message).toContain(arn);

      const status = await lab.run('status');
      expect(status.result.status).toMatchObject({
        deployment: { arn, status: 'IN_PROGRESS', stage: WATCH, waitingFor: [expect.any(String)] },
        leftover: { repairable: false },
      });
      const planned = await lab.run('rollback', '--dry-run');
      expect(planned.result.reasons[0]?.message).toContain(arn);

      const back = await lab.run('rollback', '--yes');
      expect(back.end, back.stderr).toEqual([0, 'pass', 'rolled-back']);
      // The run that was rolled back tells it as ECS does.
      const ended = finished(await run.ended);
      expect(ended.end, ended.stderr).toEqual([1, 'fail', 'rolled-back-by-ecs', 'rolled-back']);
      expect(await lab.answer()).toBe('1');
      expect(await leftovers(lab)).toEqual([]);
    }));

  test('a killed run is taken over by the next one, whose record can be judged again', () =>
    withLab(async (lab) => {
      const traffic = startTraffic(lab.url, 20);
      try {
        const dead = lab.start(...SECOND);
        await lab.untilPaused(WATCH);
        dead.child.kill('SIGKILL');
        await dead.ended;
        lab.proxy.setRule(() => 'pass');
        const next = await lab.run(...SECOND);
        expect(next.end, next.stderr).toEqual([0, 'pass', 'deployed']);
        expect(lab.proxy.calls()).not.toContain('RegisterTaskDefinition');
        expect(await leftovers(lab)).toEqual([]);
        const evidence = await evidenceOf(next);
        expect(evidence.events.map((event) => event.label)).toContain('resumed');
        expect(judgeAgain(evidence)).toEqual({
          decision: 'pass',
          requests: evidence.watch?.requests,
          failed: evidence.watch?.failed,
        });
        expect(evidence.watch?.requests).toBeGreaterThan(10);
      } finally {
        await traffic.stop();
      }
    }));
});

/** The verdict of a watch from its record alone, as its schema describes it. */
function judgeAgain({ watch, series }: Evidence) {
  if (watch === undefined) {
    throw new Error('the record has no watch');
  }
  const sum = (name: string) =>
    (series.find((one) => one.name === name)?.points ?? []).reduce((total, [, value]) => total + (value ?? 0), 0);
  const requests = sum(watch.series.requests);
  const unanswered = requests - sum(watch.series.answered);
  const failed = Math.min(requests, sum(watch.series.serverErrors) + Math.max(0, unanswered));
  const budget = Number(watch.budget.numerator) / Number(watch.budget.denominator);
  const evidence = logEvidenceAbove(failed, requests, budget, watch.tightestAt, watch.alpha);
  const covered = (Date.parse(watch.until) - Date.parse(watch.since)) / 1000 / watch.seconds;
  const decision =
    evidence >= Math.log(1 / watch.alpha)
      ? 'fail'
      : covered >= 1 && failed <= requests * budget && requests * budget >= 1
        ? 'pass'
        : 'inconclusive';
  return { decision, requests, failed };
}

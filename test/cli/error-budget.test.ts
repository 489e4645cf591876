/** The gate of error budgets and `surefoot slo` by the bundled command line, on counts of real requests. */
import { readFile } from 'node:fs/promises';
import type { DescribeServiceDeploymentsResponse, ListServiceDeploymentsResponse } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { type DeployLab, evidenceOf, type Finished, finished, image, startDeployLab } from './deploy-lab.ts';

const PATIENCE_MS = 60_000;

/** So many requests, one after the other; how many were answered with a 500. */
async function request({ url }: DeployLab, count: number): Promise<number> {
  let failed = 0;
  for (let sent = 0; sent < count; sent += 1) {
    const answer = await fetch(url);
    await answer.text();
    failed += answer.status >= 500 ? 1 : 0;
  }
  return failed;
}

/** Findings with this one among them. */
const finding = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);

/** What `surefoot slo` says once so many requests are counted. */
async function untilCounted(lab: DeployLab, requests: number): Promise<Finished> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const run = await lab.run('slo');
    const [slo] = (await evidenceOf(run)).slos ?? [];
    if ((slo?.requests ?? 0) >= requests) {
      return run;
    }
    if (Date.now() > deadline) {
      throw new Error(`${slo?.requests} of ${requests} requests are counted: ${run.stdout}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Once the candidate has a share of production traffic. */
async function untilShared({ rehearsal, target }: DeployLab): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const { cluster, ecsService: service } = target;
  for (;;) {
    const list = { cluster, service, status: ['IN_PROGRESS'] };
    const running = await rehearsal.wire.call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', list);
    const arns = (running.serviceDeployments ?? []).flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
    const shown =
      arns.length === 0
        ? undefined
        : await rehearsal.wire.call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
            serviceDeploymentArns: arns,
          });
    if ((shown?.serviceDeployments?.[0]?.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) > 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error('the candidate got no production traffic');
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('error budgets by the command line', { timeout: 180_000 }, () => {
  test('one that is not known, or spent, refuses a deployment until somebody says why; a way back needs no budget', async () => {
    const lab = await startDeployLab('budget');
    try {
      const before = await lab.service();
      const unknown = await lab.run('deploy', '--yes', '--image', image('web:failing'));
      expect(unknown.end).toEqual([2, null, 'error-budget-unknown']);
      expect(unknown.stderr).toMatch(/not known: CloudWatch has no request to it/);
      expect(await lab.service()).toMatchObject({
        taskDefinition: before.taskDefinition,
        deploymentConfiguration: before.deploymentConfiguration,
      });
      const without = await lab.run('slo');
      expect(without.end).toEqual([3, 'inconclusive', 'slo-unknown', 'slo-unknown']);

      const empty = await lab.run('deploy', '--yes', '--image', image('web:failing'), '--override-error-budget', ' ');
      expect(empty.end).toEqual([2, null, 'override-needs-reason']);
      const why = ['--override-error-budget', 'the first deployment: nobody has used it yet'];
      const first = await lab.run('deploy', '--yes', '--image', image('web:failing'), ...why);
      expect(first.end, first.stderr).toEqual([0, 'pass', 'deployed', 'error-budget-overridden']);
      const evidence = await evidenceOf(first);
      expect(evidence.slos).toMatchObject([
        { objective: 'availability', state: 'unknown', spent: null },
        { objective: 'strict', state: 'unknown', spent: null },
      ]);
      expect(evidence.reasons.at(-1)?.message).toMatch(/nobody has used it yet/);
      expect(evidence.events.find(({ kind }) => kind === 'decision')?.detail).toMatch(/nobody has used it yet/);
      expect(await readFile(first.result.evidence?.replace(/json$/, 'md') ?? '', 'utf8')).toMatch(/nobody has used it/);

      const failed = await request(lab, 60);
      expect(failed).toBeGreaterThan(6);
      const counted = await untilCounted(lab, 60);
      // Half of all requests of the last hour: fifty times what one of the two objectives allows.
      expect(counted.end.slice(0, 4)).toEqual([1, 'fail', 'slo-missed', 'slo-missed']);
      expect(counted.end).toContain('error-budget-burns');
      const [slo] = (await evidenceOf(counted)).slos ?? [];
      expect(slo).toMatchObject({ counted: 'load-balancer', requests: 60, bad: failed, spent: true, allowed: 6 });
      expect(slo?.left).toBeCloseTo(1 - failed / 6, 12);

      for (const dry of [[], ['--dry-run']]) {
        const spent = await lab.run('deploy', '--yes', '--image', image('web:2'), ...dry);
        expect(spent.end.slice(0, 3)).toEqual([2, null, 'error-budget-spent']);
        expect(spent.stderr).toContain(`${failed} of 60 requests failed`);
      }
      const plan = await lab.run('plan', '--image', image('web:2'), '--override-error-budget', 'it mends the failures');
      expect(plan.end).toEqual([0, 'pass', 'planned']);
      expect(plan.result).toMatchObject({
        slos: [{ spent: true }, { spent: true }],
        findings: finding('error-budget-spent'),
      });

      const back = await lab.run('rollback', '--yes');
      expect(back.end, back.stderr).toEqual([0, 'pass', 'deployed']);
      expect(await lab.answer()).toBe('1');
    } finally {
      await lab.stop();
    }
  });

  test('a shift is rolled back when the whole service burns its budget, though both revisions fail alike', async () => {
    const lab = await startDeployLab('guarded');
    try {
      const deployment = lab.start('deploy', '--yes', '--image', image('web:2'));
      // Nothing is asked for before, and nothing is answered well after: there is no evidence for either revision.
      await untilShared(lab);
      let runs = true;
      const traffic = (async () => {
        while (runs) {
          const answers = Array.from({ length: 4 }, () => fetch(`${lab.url}/fail`).then((answer) => answer.text()));
          await Promise.allSettled([...answers, new Promise((resolve) => setTimeout(resolve, 200))]);
        }
      })();
      const run = finished(await deployment.ended);
      runs = false;
      await traffic;
      expect(run.end, run.stderr).toEqual([1, 'fail', 'error-budget-burns', 'rolled-back']);
      const { burnGuard, judgement } = await evidenceOf(run);
      expect(burnGuard).toMatchObject({ objective: 'strict', longSeconds: 3600, shortSeconds: 300 });
      expect(burnGuard?.samples.at(-1)).toMatchObject({ state: 'burning', armed: true });
      expect(judgement?.failedAfterBlocks).toBeNull();
      expect(judgement?.decisions.map(({ decision }) => decision)).toEqual(['burning']);
    } finally {
      await lab.stop();
    }
  });

  test('a fresh service warns by default, and is deployed', async () => {
    const lab = await startDeployLab('plain');
    try {
      const run = await lab.run('plan', '--image', image('web:2'));
      expect(run.end).toEqual([0, 'pass', 'planned']);
      expect(run.result).toMatchObject({ findings: finding('error-budget-unknown') });
    } finally {
      await lab.stop();
    }
  });
});

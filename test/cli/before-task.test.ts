/** The task before a deployment, by the bundled command line: what it decides, and what is said of it. */
import { describe, expect, test } from 'vitest';
import { RESTORE_TAG } from '../../src/operations/deploy/way-back/restore.ts';
import { type DeployLab, evidenceOf, finished, image, startDeployLab } from './deploy-lab.ts';

async function expectUnchanged(lab: DeployLab, before: Awaited<ReturnType<DeployLab['service']>>): Promise<void> {
  const after = await lab.service();
  expect(after.currentServiceDeployment).toBe(before.currentServiceDeployment);
  expect(after.deploymentConfiguration).toEqual({ ...before.deploymentConfiguration, ...hooks(after) });
  expect(after.tags?.map((tag) => tag.key)).not.toContain(RESTORE_TAG);
}

/** No hooks are no hooks, however they are written. */
function hooks({ deploymentConfiguration }: Awaited<ReturnType<DeployLab['service']>>) {
  return deploymentConfiguration?.lifecycleHooks === undefined ? {} : { lifecycleHooks: [] };
}

describe('the task before a deployment', { timeout: 300_000 }, () => {
  test('lets it start when it ends well, and only then', async () => {
    const lab = await startDeployLab('migrated');
    try {
      const before = await lab.service();
      const failed = await lab.run('deploy', '--yes', '--image', image('web:3'));
      expect(failed.end, failed.stderr).toEqual([1, 'fail', 'before-task-failed']);
      expect(failed.result.reasons[0]?.message).toMatch(/nothing was deployed: "web" exited with 3/);
      expect(failed.stderr).toContain('| column "total" already exists');
      const evidence = await evidenceOf(failed);
      expect(evidence.checks).toMatchObject([{ name: 'task before the deployment', verdict: 'fail' }]);
      expect(evidence.events.find((event) => event.label.startsWith('last lines'))?.detail).toContain(
        'column "total" already exists',
      );
      await expectUnchanged(lab, before);

      const slow = await lab.run('deploy', '--yes', '--image', image('web:slow'));
      expect(slow.end, slow.stderr).toEqual([1, 'fail', 'before-task-failed']);
      expect(slow.result.reasons[0]?.message).toContain('its time was up and it was stopped');
      expect(slow.stderr).toContain('| migrating the table of orders');
      await expectUnchanged(lab, before);
      expect(await lab.answer()).toBe('1');

      // Cancelled while the task runs.
      const running = lab.start('deploy', '--yes', '--image', image('web:slow'));
      lab.proxy.setRule(({ operation }) => {
        if (operation === 'DescribeTasks') {
          running.child.kill('SIGINT');
        }
        return 'pass';
      });
      const cancelled = finished(await running.ended);
      expect(cancelled.end, cancelled.stderr).toEqual([130, 'inconclusive', 'cancelled', 'nothing-deployed']);
      expect(lab.proxy.calls()).toContain('StopTask');
      await expectUnchanged(lab, before);
      lab.proxy.setRule(() => 'pass');

      const good = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(good.end, good.stderr).toEqual([0, 'pass', 'deployed']);
      expect((await evidenceOf(good)).checks[0]).toMatchObject({
        name: 'task before the deployment',
        verdict: 'pass',
        observed: '"web" exited with 0',
      });
      expect(await lab.answer()).toBe('2');
    } finally {
      await lab.stop();
    }
  });
});

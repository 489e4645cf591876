/** `deploy`, `plan` and `rollback` of services that nobody else deploys meanwhile, by the bundled command line. */
import type { ListServiceDeploymentsResponse, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test, vi } from 'vitest';
import { RESTORE_TAG } from '../../src/operations/deploy/way-back/restore.ts';
import { type DeployLab, evidenceOf, image, startDeployLab } from './deploy-lab.ts';

async function withLab(environment: string, work: (lab: DeployLab) => Promise<void>): Promise<void> {
  const lab = await startDeployLab(environment);
  try {
    await work(lab);
  } finally {
    await lab.stop();
  }
}

async function deployments({ rehearsal, target }: DeployLab): Promise<(string | undefined)[]> {
  const answer = await rehearsal.wire.call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: target.cluster,
    service: target.ecsService,
  });
  return (answer.serviceDeployments ?? []).map(({ status }) => status);
}

/** Of waits: `expect.poll` cannot be used where tests run side by side. */
const PATIENCE = { timeout: 90_000, interval: 100 };

describe.concurrent('surefoot deploy', { timeout: 300_000 }, () => {
  test('deploys, deploys nothing twice, and goes back to the revision before', () =>
    withLab('plain', async (lab) => {
      const { deploymentConfiguration: before } = await lab.service();
      const first = await lab.run('rollback', '--yes');
      expect(first.end).toEqual([2, null, 'nothing-before']);
      expect(first.result.error?.message).toContain('surefoot deploy --task-definition FAMILY:REVISION');

      const deployed = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(deployed.end, deployed.stderr).toEqual([0, 'pass', 'deployed']);
      expect(await lab.answer()).toBe('2');

      const again = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(again.end, again.stderr).toEqual([0, 'pass', 'nothing-to-change']);
      expect(await deployments(lab)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);

      const planned = await lab.run('rollback', '--dry-run');
      expect(planned.end).toEqual([0, 'pass', 'planned']);
      expect(planned.result.reasons[0]?.message).toContain('task-definition/web-plain:1');
      expect(await lab.answer()).toBe('2');

      const back = await lab.run('rollback', '--yes');
      expect(back.end, back.stderr).toEqual([0, 'pass', 'deployed']);
      expect(await lab.answer()).toBe('1');
      // Twice back is never forth again.
      expect((await lab.run('rollback', '--yes')).end).toEqual([2, null, 'nothing-before']);
      const evidence = await evidenceOf(back);
      expect(evidence).toMatchObject({ operation: 'rollback', title: 'Roll web-plain back to web-plain:1' });
      expect(evidence.deployment).toMatchObject({
        status: 'SUCCESSFUL',
        candidate: { taskDefinition: expect.stringMatching(/web-plain:1$/) },
      });
      const service = await lab.service();
      expect(service.deploymentConfiguration).toEqual({ ...before, lifecycleHooks: [] });
      expect(service.tags?.map((tag) => tag.key)).not.toContain(RESTORE_TAG);
    }));

  test('deploys a task definition by its name, and images of several containers', () =>
    withLab('plain', async (lab) => {
      await registerWithSidecar(lab);
      const refused = await lab.run('deploy', '--yes', '--task-definition', 'web-plain:9');
      expect(refused.end).toEqual([2, null, 'no-such-task-definition']);

      const named = await lab.run('deploy', '--yes', '--task-definition', 'web-plain:2');
      expect(named.end, named.stderr).toEqual([0, 'pass', 'deployed']);
      expect((await lab.service()).taskDefinition).toMatch(/web-plain:2$/);

      const both = ['--image', `web=${image('web:2')}`, '--image', `sidecar=${image('sidecar:2')}`];
      const deployed = await lab.run('deploy', '--yes', ...both);
      expect(deployed.end, deployed.stderr).toEqual([0, 'pass', 'deployed']);
      const evidence = await evidenceOf(deployed);
      expect(evidence.deployment?.changes.map((change) => change.path)).toEqual([
        'containerDefinitions[sidecar].image',
        'containerDefinitions[web].image',
      ]);
      expect(evidence.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
        ['smoke check', 'pass'],
        ['digest of "web"', 'pass'],
        ['digest of "sidecar"', 'pass'],
      ]);
      expect(await lab.answer()).toBe('2');
    }));

  test('says everything that stands against it at once, and changes nothing', () =>
    withLab('plain', async (lab) => {
      const { cluster, ecsService } = lab.target;
      const { wire } = lab.rehearsal;
      const before = await lab.service();
      lab.proxy.setRule(({ operation }) => (operation === 'DescribeServices' ? { edit: withoutGreenAndTest } : 'pass'));
      const gone = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(gone.end).toEqual([2, null, 'no-test-rule']);
      expect(refusalsIn(gone.stderr)).toEqual(['no-test-rule', 'no-target-group']);
      lab.proxy.setRule(() => 'pass');

      await wire.call('ecs', 'UpdateService', { cluster, service: ecsService, desiredCount: 0 });
      await vi.waitFor(async () => expect((await lab.service()).runningCount).toBe(0), PATIENCE);
      await pointProductionAtGreen(lab);

      const refused = await lab.run('deploy', '--yes', '--image', image('web:9'), '--image', `proxy=${image('web:2')}`);
      expect(refused.end).toEqual([2, null, 'image-not-found']);
      expect(refusalsIn(refused.stderr)).toEqual([
        'image-not-found',
        'unknown-container',
        'desired-count-zero',
        'baseline-unhealthy',
        'weights-drifted',
      ]);
      const after = await lab.service();
      expect(after).toMatchObject({ taskDefinition: before.taskDefinition, tags: before.tags });
      expect(lab.proxy.calls().filter((name) => !/^(Describe|List|Get)/.test(name))).toEqual([]);
    }));

  test('follows a rolling deployment, which has no pauses, and gives up one whose tasks crash', () =>
    withLab('rolling', async (lab) => {
      const planned = await lab.start('plan', '--image', image('web:2')).ended;
      expect(planned.code, planned.stderr).toBe(0);
      const deployed = await lab.run('deploy', '--yes', '--image', image('web:2'));
      expect(deployed.end, deployed.stderr).toEqual([0, 'pass', 'deployed']);
      expect(await lab.answer()).toBe('2');
      const good = await evidenceOf(deployed);
      expect(good.deployment).toMatchObject({ strategy: 'ROLLING', status: 'SUCCESSFUL' });
      expect(good.events.filter((event) => event.kind === 'decision')).toEqual([]);

      const crashed = await lab.run('deploy', '--yes', '--image', image('web:crash'));
      expect(crashed.end, crashed.stderr).toEqual([1, 'fail', 'candidate-crashes', 'rolled-back']);
      expect(crashed.stderr).toContain('| cannot start: no configuration');
      expect(await lab.answer()).toBe('2');
      // The service's own strategy is as it was.
      const { deploymentConfiguration, tags } = await lab.service();
      expect(deploymentConfiguration?.strategy).toBe('BLUE_GREEN');
      expect(tags?.map((tag) => tag.key)).not.toContain(RESTORE_TAG);
    }));
});

/** Codes of the refusals that a run told, in their order. */
function refusalsIn(stderr: string): (string | undefined)[] {
  return [...stderr.matchAll(/^ +- .*\[([a-z-]+)\]$/gm)].map((match) => match[1]);
}

/** The service names an alternate target group and a test rule that do not exist any more. */
function withoutGreenAndTest(answer: string): string {
  return answer.replace(/("(?:alternateTargetGroupArn|testListenerRule)":"[^"]*\/)[0-9a-f]+"/g, '$10000000000000000"');
}

/** `web-plain:2`: as the first, with a second container. */
async function registerWithSidecar({ rehearsal, target }: DeployLab): Promise<void> {
  const { taskDefinition } = await rehearsal.wire.call<{ taskDefinition: TaskDefinition }>(
    'ecs',
    'DescribeTaskDefinition',
    { taskDefinition: target.ecsService },
  );
  const { family, networkMode, cpu, memory, executionRoleArn, requiresCompatibilities } = taskDefinition;
  await rehearsal.wire.call('ecs', 'RegisterTaskDefinition', {
    family,
    networkMode,
    cpu,
    memory,
    executionRoleArn,
    requiresCompatibilities,
    containerDefinitions: [
      ...(taskDefinition.containerDefinitions ?? []),
      { name: 'sidecar', image: image('sidecar:1'), essential: false },
    ],
  });
}

/** What a reset by Terraform may do: production traffic goes to the group that is empty. */
async function pointProductionAtGreen(lab: DeployLab): Promise<void> {
  const advanced = (await lab.service()).loadBalancers?.[0]?.advancedConfiguration;
  const listener = advanced?.productionListenerRule?.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
  await lab.rehearsal.wire.call('elbv2', 'ModifyListener', {
    ListenerArn: listener,
    DefaultActions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: (await lab.service()).loadBalancers?.[0]?.targetGroupArn, Weight: 0 },
            { TargetGroupArn: advanced?.alternateTargetGroupArn, Weight: 1 },
          ],
        },
      },
    ],
  });
}

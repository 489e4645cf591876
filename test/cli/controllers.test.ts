/**
 * Services whose deployments CodeDeploy or an external controller makes. The rehearsal platform has only ECS's own controller, so its
 * answers are edited on their way into what AWS documents for the others (API_Service, API_TaskSet).
 */
import type { Service } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployLab, image, startDeployLab } from './deploy-lab.ts';

let lab: DeployLab;

beforeAll(async () => {
  lab = await startDeployLab('plain');
});

afterAll(() => lab.stop());

/** From now on the service is one of that controller's, in the middle of a deployment. */
function giveController(type: 'CODE_DEPLOY' | 'EXTERNAL'): void {
  lab.proxy.setRule(({ operation }) =>
    operation === 'DescribeServices'
      ? {
          edit: (answer) => {
            const { services } = JSON.parse(answer) as { services: Service[] };
            return JSON.stringify({ services: services.map((service) => asDeployedBy(type, service)), failures: [] });
          },
        }
      : 'pass',
  );
}

function asDeployedBy(type: 'CODE_DEPLOY' | 'EXTERNAL', service: Service): Service {
  const {
    deployments: _,
    deploymentConfiguration: __,
    currentServiceDeployment: ___,
    currentServiceRevisions: ____,
    taskDefinition,
    loadBalancers: [balancer] = [],
    ...rest
  } = service;
  const { advancedConfiguration, ...own } = balancer ?? {};
  const green = { ...own, targetGroupArn: advancedConfiguration?.alternateTargetGroupArn };
  const taskSet = { taskDefinition, computedDesiredCount: 1, runningCount: 1 };
  return {
    ...rest,
    deploymentController: { type },
    // Of an EXTERNAL service, task definition and load balancers are its task sets' alone.
    ...(type === 'CODE_DEPLOY' ? { taskDefinition, loadBalancers: [own] } : { loadBalancers: [] }),
    taskSets: [
      { ...taskSet, id: 'ecs-svc/1', status: 'PRIMARY', stabilityStatus: 'STEADY_STATE', loadBalancers: [own] },
      {
        ...taskSet,
        id: 'ecs-svc/2',
        status: 'ACTIVE',
        runningCount: 0,
        stabilityStatus: 'STABILIZING',
        loadBalancers: [green],
      },
    ],
  };
}

describe('a service with another controller', { timeout: 180_000 }, () => {
  test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('%s is shown as it is, and refused with the reason', async (type) => {
    giveController(type);
    const status = await lab.run('status');
    expect(status.end, status.stderr).toEqual([0, 'pass', 'read']);
    expect(status.result.status).toMatchObject({
      controller: type,
      taskDefinition: expect.stringMatching(/web-plain:1$/),
      images: [{ image: image('web:1') }],
      deployment: null,
      leftover: null,
      taskSets: [
        { status: 'PRIMARY', running: 1, desired: 1, stable: true },
        { status: 'ACTIVE', running: 0, desired: 1, stable: false },
      ],
      // Who weights what is CodeDeploy's business: ECS does not know the rules.
      targetGroups: [
        { name: 'web-plain-blue', live: true, weight: null, states: { healthy: 1 } },
        { name: 'web-plain-green', live: false, weight: null, states: {} },
      ],
    });

    const refusals = [
      await lab.run('deploy', '--yes', '--image', image('web:2')),
      await lab.run('plan', '--task-definition', 'web-plain:1'),
      await lab.run('rollback', '--yes'),
    ];
    for (const refused of refusals) {
      expect(refused.end, refused.stderr).toEqual([2, null, 'controller-not-ecs']);
      expect(refused.stderr).toContain(`has the deployment controller ${type}`);
    }
    // Service deployments are ECS's own; AWS may refuse to list them for others.
    expect(lab.proxy.calls()).not.toContain('ListServiceDeployments');
    expect(lab.proxy.calls().filter((name) => !/^(Describe|List|Get)/.test(name))).toEqual([]);
  });
});

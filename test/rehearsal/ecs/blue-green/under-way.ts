/** What the tests of blue-green deployments share: a lab for each test, and what a person does to a deployment under way. */

import { afterEach, beforeEach } from 'vitest';
import { type Lab, startLab } from '../lab.ts';

let started: Lab | undefined;

beforeEach(async () => {
  started = await startLab();
});

afterEach(async () => {
  await started?.stop();
});

/** The lab of the test that runs. */
export function lab(): Lab {
  if (started === undefined) {
    throw new Error('the lab starts before each test: ask for it inside of one');
  }
  return started;
}

const underWay = async () => (await lab().deployment()).serviceDeploymentArn;

/** Answers a hook of the deployment. */
export const answer = async (hookId: string, action?: 'CONTINUE' | 'ROLLBACK') =>
  lab().call('ecs', 'ContinueServiceDeployment', {
    serviceDeploymentArn: await underWay(),
    hookId,
    ...(action ? { action } : {}),
  });

/** Stops the deployment. */
export const stop = async () => lab().call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: await underWay() });

/** A service whose pair of target groups is replaced: traffic must never be sent to a group that is empty. */
import type { LoadBalancer, ServiceDeployment } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, pauses, startLab } from './lab.ts';

let lab: Lab;
let cyan: string;
let lime: string;
let production: string;
let trial: string;

beforeEach(async () => {
  lab = await startLab();
  cyan = lab.elb.group('cyan');
  lime = lab.elb.group('lime');
  production = lab.elb.rule('wide', { [lab.blue]: 1, [lab.green]: 0 });
  trial = lab.elb.rule('wide-test', { [lab.blue]: 1, [lab.green]: 0 });
});

afterEach(async () => {
  await lab.stop();
});

function balancer(first: string, second: string, rules = { production, trial }): LoadBalancer[] {
  return [
    {
      targetGroupArn: first,
      containerName: 'app',
      containerPort: 8000,
      advancedConfiguration: {
        alternateTargetGroupArn: second,
        productionListenerRule: rules.production,
        testListenerRule: rules.trial,
        roleArn: 'arn:aws:iam::000000000000:role/lab',
      },
    },
  ];
}

/** A service in the old pair, whose rules somebody has then made reach the new one too: ECS had reduced them to the pair. */
async function serviceInPair() {
  const service = await lab.service({ loadBalancers: balancer(lab.blue, lab.green) });
  const groups = Object.entries({ [lab.blue]: 100, [lab.green]: 0, [cyan]: 0, [lime]: 0 });
  const TargetGroups = groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  for (const RuleArn of [production, trial]) {
    await lab.call('elbv2', 'ModifyRule', { RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
  }
  return service;
}

const replaceBy = async (loadBalancers: LoadBalancer[], ...stages: string[]) =>
  lab.update({
    taskDefinition: await lab.taskDefinition('good'),
    loadBalancers,
    deploymentConfiguration: stages.length === 0 ? {} : pauses(...stages),
  });
const stop = async () =>
  lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: (await lab.deployment()).serviceDeploymentArn });
const ended = (d: ServiceDeployment) => d.finishedAt !== undefined;
const healthyIn = (group: string) => lab.elb.targets(group).filter(({ state }) => state === 'healthy').length;

describe('a replaced pair', () => {
  test('gets the traffic, and the old one is emptied', async () => {
    await serviceInPair();
    await replaceBy(balancer(cyan, lime));
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
    expect(lab.elb.weights(production)).toEqual({ cyan: 100, lime: 0 });
    expect(lab.elb.weights(trial)).toEqual({ cyan: 100, lime: 0 });
    expect([lab.blue, lab.green, cyan, lime].map((group) => lab.elb.targets(group).length)).toEqual([0, 0, 2, 0]);
  });

  test('rolled back after the shift, gives the traffic back to the group that the old revision is in', async () => {
    const before = await serviceInPair();
    await replaceBy(balancer(cyan, lime), 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await lab.paused();
    expect(lab.elb.weights(production)).toEqual({ cyan: 100, lime: 0 });
    await stop();
    expect((await lab.until(ended)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(lab.elb.weights(production)).toEqual({ blue: 100, green: 0 });
    expect(lab.elb.weights(trial)).toEqual({ blue: 100, green: 0 });
    expect(healthyIn(lab.blue)).toBe(2);
    expect((await lab.describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('superseded after the shift, is reconciled to that group, too, before the next revision goes on', async () => {
    await serviceInPair();
    await replaceBy(balancer(cyan, lime), 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await lab.paused();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: pauses('PRE_SCALE_UP') });
    await lab.until((d) => d.lifecycleStage === 'PRE_SCALE_UP');
    expect(lab.elb.weights(production)).toEqual({ blue: 100, green: 0 });
    expect([healthyIn(lab.blue), lab.elb.targets(cyan).length]).toEqual([2, 0]);
  });

  test('that shares a group with the old one takes its other group', async () => {
    await serviceInPair();
    await replaceBy(balancer(lab.blue, cyan), 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await lab.paused();
    expect(lab.elb.weights(production)).toEqual({ cyan: 100, blue: 0 });
    await stop();
    await lab.until(ended);
    expect(lab.elb.weights(production)).toEqual({ blue: 100, green: 0 });
  });

  test('under rules of its own leaves the old rules alone, forward and back', async () => {
    await serviceInPair();
    const rules = {
      production: lab.elb.rule('other', { [cyan]: 0, [lime]: 1 }),
      trial: lab.elb.rule('other-test', { [cyan]: 0, [lime]: 1 }),
    };
    const old = lab.elb.weights(production);
    await replaceBy(balancer(cyan, lime, rules), 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await lab.paused();
    expect(lab.elb.weights(rules.production)).toEqual({ cyan: 100, lime: 0 });
    expect(lab.elb.weights(production)).toEqual(old);
    await stop();
    await lab.until(ended);
    expect(lab.elb.weights(rules.production)).toEqual({ cyan: 0, lime: 100 });
    expect(lab.elb.weights(production)).toMatchObject({ blue: 100 });
  });

  test('that the rules do not reach changes no weight', async () => {
    await lab.service();
    const narrow = { production: lab.production, trial: lab.test };
    const old = lab.elb.weights(lab.production);
    await replaceBy(balancer(cyan, lime, narrow));
    expect(await lab.until(ended)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: expect.stringContaining('invalid networking configuration'),
    });
    expect(lab.elb.weights(lab.production)).toEqual(old);
    expect(healthyIn(lab.blue)).toBe(2);
  });

  test('of a rolling service just takes the tasks: no rule is touched', async () => {
    const plain = (group: string) => [{ targetGroupArn: group, containerName: 'app', containerPort: 8000 }];
    const old = lab.elb.weights(production);
    await lab.service({ loadBalancers: plain(lab.blue), deploymentConfiguration: { strategy: 'ROLLING' } });
    await lab.update({ loadBalancers: plain(cyan) });
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
    expect([lab.elb.targets(lab.blue).length, healthyIn(cyan)]).toEqual([0, 2]);
    expect(lab.elb.weights(production)).toEqual(old);
  });

  test('of a rolling service that turns to BLUE_GREEN, rolled back, returns to the group without rules', async () => {
    const plain = [{ targetGroupArn: lab.blue, containerName: 'app', containerPort: 8000 }];
    await lab.service({ loadBalancers: plain, deploymentConfiguration: { strategy: 'ROLLING' } });
    await lab.update({
      loadBalancers: balancer(lab.blue, lab.green),
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        ...pauses('POST_PRODUCTION_TRAFFIC_SHIFT'),
      },
    });
    await lab.paused();
    expect(lab.elb.weights(production)).toEqual({ green: 100, blue: 0 });
    await stop();
    await lab.until(ended);
    expect(lab.elb.weights(production)).toEqual({ green: 0, blue: 100 });
    expect(healthyIn(lab.blue)).toBe(2);
  });
});

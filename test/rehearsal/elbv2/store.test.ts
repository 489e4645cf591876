import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TargetGroupRecord } from '../../../src/rehearsal/elbv2/state.ts';
import { ElbStore } from '../../../src/rehearsal/elbv2/store.ts';
import { type Balancer, startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';

let balancer: Balancer;

beforeEach(async () => {
  balancer = await startBalancer();
});

afterEach(() => balancer.stop());

const HOST = '127.0.0.1';
const PORT = 18_701;
const GROUP: TargetGroupRecord = {
  arn: 'group',
  name: 'group',
  dimension: 'targetgroup/group/1',
  port: PORT,
  healthCheck: {
    path: '/',
    intervalSeconds: 30,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    matcher: '200',
  },
  attributes: {},
  targets: [{ host: HOST, port: PORT, zone: 'a' }],
};

it('forgets the health of a target that is gone, and keeps that of one that stays', async () => {
  const store = new ElbStore(balancer, createClock(1));
  const other = { ...GROUP, arn: 'other', name: 'other' };
  await store.change((draft) => {
    draft.targetGroups.set('group', GROUP);
    draft.targetGroups.set('other', other);
  });
  expect(store.health('group', HOST, PORT)).toMatchObject({ state: 'unused' });
  await store.change((draft) => draft.targetGroups.set('group', { ...GROUP, targets: [] }));
  expect(store.health('group', HOST, PORT)).toBeUndefined();
  expect(store.health('other', HOST, PORT)).toMatchObject({ state: 'unused' });
});

import { describe, expect, test } from 'vitest';
import type { ResolvedTarget, RevisionRecord } from '../../../../src/rehearsal/ecs/records/revision.ts';
import { resolveTarget } from '../../../../src/rehearsal/ecs/service/revision.ts';

const balancer = {
  targetGroupArn: 'one',
  containerName: 'app',
  containerPort: 80,
  advancedConfiguration: { alternateTargetGroupArn: 'two', productionListenerRule: 'rule' },
};

function revisionIn(targetGroupArn: string): RevisionRecord {
  return { targets: [{ targetGroupArn } as ResolvedTarget] as readonly ResolvedTarget[] } as RevisionRecord;
}

describe('resolveTarget', () => {
  test.each([
    ['BLUE_GREEN', undefined, 'one', 'two'],
    ['BLUE_GREEN', 'one', 'two', 'one'],
    ['BLUE_GREEN', 'two', 'one', 'two'],
    ['BLUE_GREEN', 'elsewhere', 'one', 'two'],
    ['CANARY', 'one', 'two', 'one'],
    ['LINEAR', 'two', 'one', 'two'],
    ['ROLLING', undefined, 'one', 'two'],
    ['ROLLING', 'one', 'one', 'two'],
    ['ROLLING', 'two', 'two', 'one'],
  ] as const)('%s with the live revision in %s goes to %s', (strategy, live, target, alternate) => {
    const previous = live === undefined ? undefined : revisionIn(live);
    expect(resolveTarget(balancer, previous, { strategy })).toMatchObject({
      targetGroupArn: target,
      alternateTargetGroupArn: alternate,
      productionListenerRule: 'rule',
      testListenerRule: undefined,
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { LiveService } from '../../../src/operations/deploy/live.ts';
import { resumedWeights } from '../../../src/operations/deploy/plan/preflight-traffic.ts';

const arn = (name: string) => `arn:aws:elasticloadbalancing:r:0:targetgroup/${name}/1`;

/** Blue serves, green is the candidate's, and the production rule has these weights. */
function live(weights: Readonly<Record<string, number>>): LiveService {
  const groups = Object.entries(weights).map(([name, Weight]) => ({ TargetGroupArn: arn(name), Weight }));
  return {
    targetGroups: new Map([arn('blue'), arn('green')].map((group) => [group, { group: {}, health: [] }])),
    liveTargetGroup: arn('blue'),
    productionRule: { Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }] },
  } as unknown as LiveService;
}

describe('a deployment that is taken over at a pause', () => {
  it.each([
    [{ blue: 100, green: 0 }, 0],
    [{ blue: 90, green: 10 }, 10],
    [{ blue: 7, green: 3 }, 30],
    [{ blue: 0, green: 1 }, 100],
    [{ blue: 967, green: 33 }, 3.3],
    [{ blue: 95, green: 5 }, 5.4],
  ])('goes on where the rule has %o and ECS says %f %%', (weights, percent) => {
    expect(resumedWeights(live(weights), percent)).toEqual([]);
  });

  it.each([
    [{ blue: 100, green: 0 }, 10],
    [{ blue: 50, green: 50 }, 10],
    [{ blue: 0, green: 0 }, 0],
    [{ blue: 80, green: 10, other: 10 }, 10],
  ])('is not judged on where the rule has %o and ECS says %f %%', (weights, percent) => {
    const [refusal] = resumedWeights(live(weights), percent);
    expect(refusal?.code).toBe('weights-drifted');
    expect(refusal?.message).toContain(`${percent} % of production traffic`);
    expect(refusal?.message).toContain('surefoot rollback');
  });
});

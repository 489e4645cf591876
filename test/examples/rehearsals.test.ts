/** What the four examples list for `surefoot rehearse --all`: everything there is, within the time that a rehearsal of all may take. */
import { describe, expect, it } from 'vitest';
import { requirePlatform } from '../../src/platform/load.ts';
import { scenarios } from '../../src/rehearsal/scenarios/index.ts';
import { SCENARIO_NAMES } from '../../src/rehearsal/scenarios/names.ts';

const EXAMPLES = ['artguard', 'splurge-art', 'auterity', 'arteraai'];
const MOST_SECONDS = 22 * 60;

const plans = await Promise.all(
  EXAMPLES.map(async (name) => (await requirePlatform(`examples/${name}/surefoot.yml`)).rehearsal),
);

describe('the rehearsals of the examples', () => {
  it('take at most 22 minutes by their budgets', () => {
    const seconds = plans.map((plan) => Object.values(plan?.budgets ?? {}).reduce((sum, one) => sum + one, 0));
    expect(seconds.every((one) => one > 0)).toBe(true);
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(MOST_SECONDS);
  });

  it('are all the scenarios that there are, and none that there is not', () => {
    const listed = new Set(plans.flatMap((plan) => Object.keys(plan?.budgets ?? {})));
    expect([...listed].sort()).toEqual([...SCENARIO_NAMES].sort());
  });

  it('play each scenario on the example that it belongs to, where it belongs to one', () => {
    for (const { name, example } of scenarios) {
      const index = EXAMPLES.indexOf(example ?? 'artguard');
      const elsewhere = plans.some((plan) => plan?.budgets[name] !== undefined);
      expect(plans[index]?.budgets[name] !== undefined || (example === undefined && elsewhere), name).toBe(true);
    }
  });

  it('are held against the targets of where users are', () => {
    expect(plans.map((plan) => plan?.scorecards[0])).toEqual(['prod', 'prod', 'prod', 'prod']);
  });
});

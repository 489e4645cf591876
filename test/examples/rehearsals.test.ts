/** What the four examples list for `surefoot rehearse --all`: everything there is, within the time that a rehearsal of all may take. */
import { describe, expect, it } from 'vitest';
import { siteOf } from '../../src/cli/actions/rehearsal.ts';
import { requirePlatform } from '../../src/platform/load.ts';
import { prepared } from '../../src/rehearsal/placed.ts';
import { scenarios } from '../../src/rehearsal/scenarios/index.ts';
import { SCENARIO_NAMES } from '../../src/rehearsal/scenarios/names.ts';

const EXAMPLES = ['artguard', 'splurge-art', 'auterity', 'arteraai'];
const MOST_SECONDS = 22 * 60;
/** The budgets are for the speed that a rehearsal has where nobody asks for another. */
const DEFAULT_SPEED = 20;

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

  it.each(EXAMPLES)('can be played: %s has what each of its scenarios needs', async (name) => {
    const file = `examples/${name}/surefoot.yml`;
    const site = await siteOf(file, {});
    const listed = scenarios.filter((scenario) => site.platform.rehearsal?.budgets[scenario.name] !== undefined);
    expect(listed.length).toBeGreaterThan(0);
    const placed = prepared(
      listed.map((scenario) => ({ scenario, site })),
      DEFAULT_SPEED,
    );
    expect(placed).toHaveLength(listed.length);
  });

  it('are held against the targets of where users are', () => {
    expect(plans.map((plan) => plan?.scorecards[0])).toEqual(['prod', 'prod', 'prod', 'prod']);
  });
});

/** Scenarios with what they run on; what a platform lacks is said before anything is started. */
import type { ServiceInEnvironment } from '../platform/model.ts';
import type { Site } from './playing.ts';
import { runningImage } from './scenarios/load-run.ts';
import { requireImages, requirePatience } from './scenarios/request.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** A scenario, and what it runs on. */
export interface Placed {
  readonly scenario: Scenario;
  readonly site: Site;
}

/**
 * The same with each service as its scenario runs it. Pure.
 * @throws InputError where a platform lacks what a scenario needs
 */
export function prepared<Entry extends Placed>(placed: readonly Entry[], speed: number): Entry[] {
  for (const target of new Set(placed.map(({ site }) => site.target))) {
    requireWhatIsNeeded(target, placed, speed);
  }
  return placed.map((entry) => ({
    ...entry,
    site: { ...entry.site, target: targetOf(entry.scenario, entry.site.target) },
  }));
}

function requireWhatIsNeeded(target: ServiceInEnvironment, placed: readonly Placed[], speed: number): void {
  const here = placed.filter(({ site }) => site.target === target);
  const withImages = here.map(({ scenario }) => scenario).filter(deploysImage);
  requireImages(target, withImages);
  if (withImages.length > 0) {
    requirePatience(target, speed);
  }
  for (const { scenario, site } of here) {
    if ('inject' in scenario) {
      scenario.requires?.(target, site.zones);
    }
  }
}

/** Experiments run on what is there unless they are given another, and commands on files. */
function deploysImage(scenario: Scenario): boolean {
  return !('inject' in scenario || 'examine' in scenario);
}

/** Experiments run on the image that surefoot.yml names for them, where it names one. */
function targetOf(scenario: Scenario, target: ServiceInEnvironment): ServiceInEnvironment {
  if ('setUp' in scenario) {
    return scenario.setUp(target);
  }
  const named = target.rehearsal?.scenarios[scenario.name] !== undefined;
  return 'inject' in scenario && named ? runningImage(target, scenario.name) : target;
}

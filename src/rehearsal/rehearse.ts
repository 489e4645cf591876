/** `surefoot rehearse`: each scenario on a fresh platform, under real load, held against what it expects. */
import { createRecorder } from '../operations/recorder.ts';
import type { ServiceInEnvironment } from '../platform/model.ts';
import type { Evidence } from '../report/evidence.ts';
import { type RehearsePorts, runScenario, type ScenarioOptions, type Site, worst } from './run-scenario.ts';
import { requireImages, requirePatience } from './scenarios/request.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** A scenario, and what it runs on. */
export interface Placed {
  readonly scenario: Scenario;
  readonly site: Site;
}

export interface RehearseRequest extends ScenarioOptions {
  /** In the order in which they run. */
  readonly placed: readonly Placed[];
}

/**
 * Runs the scenarios one after the other. The verdict is pass when every one showed what it expects.
 * @throws InputError where a platform lacks what a scenario needs, before anything is started
 */
export async function rehearse({ placed, ...options }: RehearseRequest, ports: RehearsePorts): Promise<Evidence> {
  for (const target of new Set(placed.map(({ site }) => site.target))) {
    requireWhatIsNeeded(target, placed, options.speed);
  }
  const ready = placed.map(({ scenario, site }) => ({
    scenario,
    site: { ...site, target: targetOf(scenario, site.target) },
  }));
  const recorder = createRecorder({
    operation: 'rehearse',
    title: `Rehearsal of ${named(placed, ({ site }) => site.platform.name)}`,
    subject: {
      platform: named(placed, ({ site }) => site.platform.name),
      environment: named(placed, ({ site }) => site.target.environment),
      service: named(placed, ({ site }) => site.target.ecsService),
    },
    rehearsalSpeed: options.speed,
    tools: [{ name: 'k6', version: options.k6Version }],
    clock: ports.clock,
  });
  const parts: Evidence[] = [];
  for (const { scenario, site } of ready) {
    ports.signal.throwIfAborted();
    ports.reporter.stage(`scenario ${scenario.name}: ${scenario.expects}`);
    const part = await runScenario(scenario, site, options, ports);
    parts.push(part);
    const seconds = (Date.parse(part.finishedAt) - Date.parse(part.startedAt)) / 1000;
    recorder.check({
      name: scenario.name,
      verdict: part.verdict,
      expected: scenario.expects,
      observed: part.reasons.map((reason) => reason.message).join('; '),
      seconds,
    });
    ports.reporter.info(`scenario ${scenario.name}: ${part.verdict} after ${seconds.toFixed(0)} s`);
  }
  const verdict = worst(parts.map((part) => part.verdict));
  const shown = parts.filter((part) => part.verdict === 'pass').length;
  const message = `${shown} of ${parts.length} scenarios showed what they expect`;
  return recorder.finish(verdict, [{ code: verdict === 'pass' ? 'as-expected' : 'not-as-expected', message }], {
    parts,
  });
}

function requireWhatIsNeeded(target: ServiceInEnvironment, placed: readonly Placed[], speed: number): void {
  const here = placed.filter(({ site }) => site.target === target);
  const withImages = here.map(({ scenario }) => scenario).filter((scenario) => !('inject' in scenario));
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

/** The service as the scenario runs it. */
function targetOf(scenario: Scenario, target: ServiceInEnvironment): ServiceInEnvironment {
  return 'setUp' in scenario ? scenario.setUp(target) : target;
}

/** Each once, in the order in which they come. */
function named(placed: readonly Placed[], name: (placed: Placed) => string): string {
  return [...new Set(placed.map(name))].join(' and ');
}

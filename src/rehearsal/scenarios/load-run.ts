/** What the load-* scenarios have in common: a profile on the rehearsed service, and a truth that it is held against. */
import { InputError } from '../../errors.ts';
import { runLoad } from '../../operations/load/load.ts';
import { type PlannedLoad, planRun } from '../../operations/load/plan.ts';
import type { Profile } from '../../operations/load/profile.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Evidence } from '../../report/evidence.ts';
import { requireImages } from './request.ts';
import type { LoadStage } from './scenario.ts';

/** The service with the scenario's image running from the start, and the load sent where a rehearsed load goes. */
export function runningImage(target: ServiceInEnvironment, scenario: string, tasks?: number): ServiceInEnvironment {
  requireImages(target, [{ name: scenario }]);
  const { rehearsal } = target;
  const initialImage = rehearsal?.scenarios[scenario];
  if (rehearsal === undefined || initialImage === undefined) {
    return target;
  }
  const { path, timeoutSeconds } = rehearsal.load;
  return {
    ...target,
    load: { ...target.load, path, timeoutSeconds },
    rehearsal: { ...rehearsal, initialImage, tasks: tasks ?? rehearsal.tasks },
  };
}

/**
 * What the service can do, in requests per second: by the truth of its image, tasks × WORKERS × 1000 ÷ REQUEST_MS or ANALYZE_MS.
 * @throws InputError `no-known-capacity`
 */
export function knownCapacity({ ecsService, rehearsal }: ServiceInEnvironment, tasks = rehearsal?.tasks ?? 0): number {
  const image = rehearsal?.initialImage ?? '';
  const variables = { ...rehearsal?.environment, ...rehearsal?.images[image] };
  const [workers, ms] = [Number(variables['WORKERS']), Number(variables['REQUEST_MS'] ?? variables['ANALYZE_MS'])];
  const capacity = (tasks * workers * 1000) / ms;
  if (!Number.isFinite(capacity) || capacity <= 0) {
    throw new InputError(
      'no-known-capacity',
      `what ${image} of ${ecsService} can do is not known, so nothing can be held against it: give the image WORKERS (how many requests it works on at once) and ANALYZE_MS or REQUEST_MS (how long each takes, one number) in surefoot.yml, and let the service keep to them`,
    );
  }
  return capacity;
}

/** The service sized from a capacity, whatever surefoot.yml knows of its users. */
export function sizedFrom(target: ServiceInEnvironment, requestsPerSecond: number): ServiceInEnvironment {
  const capacity = { responseSeconds: target.capacity?.responseSeconds ?? 1, requestsPerSecond };
  return { ...target, capacity, load: { ...target.load, demand: undefined } };
}

/** The same with a shorter time-out: a generator keeps a virtual user for each request that may still be under way, and starts them all first. */
export function timingOutAfter(target: ServiceInEnvironment, timeoutSeconds: number): ServiceInEnvironment {
  return { ...target, load: { ...target.load, timeoutSeconds } };
}

/** Plans a profile on the rehearsed service: no limit of the real environment holds for it. */
export function planRehearsed(stage: LoadStage, profile: Profile, compress: number): PlannedLoad {
  const { platform, target, rehearsal } = stage;
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`the service is in the unknown environment ${target.environment}`);
  }
  const service = new URL(target.load.path, rehearsal.services[target.ecsService]?.url);
  return planRun({
    platform: platform.name,
    environment: { ...environment, protected: false, load: { allow: [], maximum: undefined } },
    target,
    objectives: platform.objectives.filter((objective) => objective.service === target.service),
    profile,
    url: service.href,
    rehearsalOrigins: [service.origin],
    script: undefined,
    compress,
    rehearsalSpeed: rehearsal.speed,
    variables: {},
  });
}

/** Runs it, as `surefoot load` would. */
export function runRehearsed(stage: LoadStage, planned: PlannedLoad): Promise<Evidence> {
  const { ports, startLoad, k6Version } = stage;
  return runLoad(planned, {
    reporter: ports.reporter,
    clock: ports.clock,
    signal: ports.signal,
    k6Version,
    startLoad,
  });
}

/** The evidence with a measurement of what is true, for people to see beside what was measured. */
export function withTruth(evidence: Evidence, indicator: string, value: number, method: string): Evidence {
  return {
    ...evidence,
    measurements: [...evidence.measurements, { indicator, value, unit: 'requests/s', method }],
  };
}

/** A measured value by the name of its indicator. */
export function measured({ measurements }: Evidence, indicator: string): number | undefined {
  return measurements.find((one) => one.indicator === indicator)?.value ?? undefined;
}

/** Each thing that a night tries out, as the call of the use case that does it. */
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { ANSWERED, type NightRequest, type StepToTry, type Tried } from '../../operations/nightly/night.ts';
import type { DrillSettings, ResilienceSettings } from '../../platform/model/resilience.ts';
import type { Platform } from '../../platform/model.ts';
import { resolveService } from '../../platform/select.ts';
import type { Evidence, Measurement } from '../../report/evidence.ts';
import { countJudged } from '../../report/facts.ts';
import { findExperiment } from '../chaos/find-experiment.ts';
import { findProfile } from '../load/find-profile.ts';
import { failureOf, type Outcome } from '../outcome.ts';
import type { RecoverOptions } from '../recover/options.ts';
import type { Session } from '../session.ts';

export interface Tonight {
  readonly platform: Platform;
  readonly environment: string;
  readonly resilience: ResilienceSettings;
  readonly config: string;
  readonly reportDir: string;
}

/** Load first, as a service that does not even bear that is not to be disturbed; then the experiments; then the drill. */
export function stepsOf({ load, experiments, drill }: ResilienceSettings): NightRequest['steps'] {
  return [
    ...(load === undefined ? [] : [{ kind: 'load', name: load } as const]),
    ...experiments.map((name) => ({ kind: 'experiment', name }) as const),
    ...(drill === undefined ? [] : [{ kind: 'drill', name: drill.procedure } as const]),
  ];
}

/**
 * Reads every file that the night needs, and looks which service each step is about, so that a mistake in the last is not found in the middle
 * of the night. @throws InputError with all that is wrong
 */
export async function requireFiles(steps: NightRequest['steps'], tonight: Tonight): Promise<void> {
  const problems: InputError[] = [];
  const take = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      problems.push(error);
    }
  };
  for (const step of steps) {
    await take(() => requireStep(step, tonight));
  }
  const [first] = problems;
  if (first !== undefined) {
    const message = problems.map((problem) => problem.message).join('\n');
    throw new InputError(
      first.code,
      message,
      problems.flatMap((problem) => problem.problems),
    );
  }
}

async function requireStep({ kind, name }: StepToTry, tonight: Tonight): Promise<void> {
  const { platform, resilience } = tonight;
  if (kind === 'load') {
    await findProfile(placed(name, tonight));
    requireService(`load ${name}`, resilience.service, tonight);
  } else if (kind === 'experiment') {
    const { experiment } = await findExperiment(placed(name, tonight), platform);
    requireService(`experiment ${name}`, resilience.service ?? experiment.load?.service, tonight);
  }
}

/** @throws InputError when there are several services and none is named, or when that one does not run there */
function requireService(what: string, service: string | undefined, { platform, environment }: Tonight): void {
  const services = Object.keys(platform.services);
  if (service === undefined && services.length > 1) {
    const here = services.filter((key) => platform.services[key]?.inEnvironment[environment] !== undefined);
    const message = `${what}: ${platform.file} has several services, and none is named: write \`service: ${here[0] ?? services[0]}\` under resilience of ${environment}; it has ${here.join(', ')}`;
    throw new InputError('service-needed', message);
  }
  resolveService(platform, { environment, service });
}

/** Carries a step out; errors are told, never thrown. */
export async function tryOut(step: StepToTry, tonight: Tonight, session: Session): Promise<Tried> {
  try {
    const outcome = await start(step, tonight, session);
    const [reason] = outcome.reasons;
    return {
      verdict: outcome.cancelled ? null : outcome.verdict,
      reason: reason ?? { code: 'no-reason', message: 'it gave no reason' },
      measurements: [...(outcome.record?.measurements ?? []), ...answered(outcome.record)],
    };
  } catch (error) {
    const { code, message } = failureOf(session.signal.aborted ? session.signal.reason : error);
    return { verdict: null, reason: { code, message }, measurements: [] };
  }
}

/** Of a load with objectives, which measures by them: the share of its requests that were answered well, whatever they promise. */
function answered(record: Evidence | undefined): Measurement[] {
  const load = record?.load ?? record?.parts.find((part) => part.load !== undefined)?.load;
  if (load === undefined) {
    return [];
  }
  const { ok, planned } = countJudged(load);
  const method = 'answered without an error, of all planned until the end of the judged window';
  return [{ indicator: ANSWERED, value: planned === 0 ? null : ok / planned, n: planned, unit: 'ratio', method }];
}

async function start({ kind, name }: StepToTry, tonight: Tonight, session: Session): Promise<Outcome> {
  const { environment, config, reportDir, resilience } = tonight;
  const { service } = resilience;
  const options = { config, environment, reportDir, ...(service === undefined ? {} : { service }) };
  switch (kind) {
    case 'load': {
      const { loadAction } = await import('../load/load.ts');
      return loadAction({ ...options, profile: placed(name, tonight) }, session);
    }
    case 'experiment': {
      const { chaosRunAction } = await import('../chaos/run.ts');
      const { allowIrreversible } = resilience;
      return chaosRunAction({ ...options, experiment: placed(name, tonight), allowIrreversible }, session);
    }
    case 'drill': {
      const { recoverAction } = await import('../recover/recover.ts');
      const drill = drillOptions(resilience.drill, new Date());
      return recoverAction(name, { config, environment, reportDir, ...drill }, session);
    }
  }
}

/** A file stands beside the platform file, whatever folder surefoot runs in. */
function placed(name: string, { platform }: Tonight): string {
  return /[/\\]|\.(?:ya?ml|json)$/.test(name) ? path.join(platform.directory, name) : name;
}

/** The values of `recover` for a drill that begins now. */
export function drillOptions(drill: DrillSettings | undefined, now: Date): Partial<RecoverOptions> {
  if (drill === undefined) {
    return {};
  }
  const { procedure, agoSeconds, values } = drill;
  const ago = agoSeconds === undefined ? 'latest' : new Date(now.getTime() - agoSeconds * 1000).toISOString();
  return {
    drill: true,
    reason: 'nightly drill',
    ...values,
    ...(procedure === 'terraform-state' ? {} : { at: ago }),
    ...(procedure === 's3-restore' ? { prefix: values.prefix ?? '' } : {}),
  };
}

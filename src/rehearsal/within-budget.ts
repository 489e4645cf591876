/** A scenario and the time that its platform file gives it: longer is told, and one that hangs is ended. */
import path from 'node:path';
import { createRecorder } from '../operations/recorder.ts';
import type { Platform } from '../platform/model.ts';
import type { Evidence, Measurement } from '../report/evidence.ts';
import type { Placed } from './placed.ts';
import type { RehearsePorts, ScenarioOptions } from './playing.ts';
import { runScenario, type Shown } from './run-scenario.ts';

/** A scenario with the time (s) that it should take at the most. */
export interface Budgeted extends Placed {
  readonly budgetSeconds: number;
}

/** What takes so many times its budget is not waited for. */
const PATIENCE = 2;

/**
 * Plays it. What it cannot do (an error that is not a person's wish to stop) is its own record, inconclusive, so that the others still run.
 * `Shown.operation` is undefined of one that came to no end.
 */
export async function playWithin(
  { scenario, site, budgetSeconds }: Budgeted,
  options: ScenarioOptions,
  ports: RehearsePorts,
): Promise<{ readonly evidence: Evidence; readonly operation: Evidence | undefined }> {
  const recorder = createRecorder({
    operation: `rehearse ${scenario.name}`,
    title: scenario.name,
    subject: {
      platform: site.platform.name,
      environment: site.target.environment,
      service: site.target.ecsService,
    },
    rehearsalSpeed: options.speed,
    tools: [],
    clock: ports.clock,
  });
  const patience = AbortSignal.timeout(PATIENCE * budgetSeconds * 1000);
  try {
    const shown = await runScenario(scenario, site, options, {
      ...ports,
      signal: AbortSignal.any([ports.signal, patience]),
    });
    return { ...shown, evidence: heldTo(shown, budgetSeconds, fileOf(site.platform)) };
  } catch (error) {
    ports.signal.throwIfAborted();
    if (patience.aborted) {
      const message = `it was ended after ${PATIENCE * budgetSeconds} s; ${budgetText(budgetSeconds, fileOf(site.platform))}`;
      return { evidence: recorder.finish('fail', [{ code: 'over-budget', message }]), operation: undefined };
    }
    const message = `it came to no end: ${error instanceof Error ? error.message : String(error)}`;
    return { evidence: recorder.finish('inconclusive', [{ code: 'no-result', message }]), operation: undefined };
  }
}

/** The platform file as people know it: where it lies on this machine is of no interest to who reads a report. */
export function fileOf({ directory, file }: Pick<Platform, 'directory' | 'file'>): string {
  return `${path.basename(directory)}/${path.basename(file)}`;
}

function budgetText(seconds: number, file: string): string {
  return `its budget is ${seconds} s (rehearsal.scenarios in ${file})`;
}

/**
 * The record with the time that it took. Longer than its budget is said and does not change the verdict: what a scenario shows does not hang
 * on how busy the machine is. Pure.
 */
export function heldTo({ evidence }: Pick<Shown, 'evidence'>, budgetSeconds: number, file: string): Evidence {
  const seconds = (Date.parse(evidence.finishedAt) - Date.parse(evidence.startedAt)) / 1000;
  const budget = budgetText(budgetSeconds, file);
  const time: Measurement = {
    indicator: 'time taken',
    value: seconds,
    n: 1,
    unit: 's',
    method: `wall clock; ${budget}`,
  };
  const late = { code: 'over-budget', message: `it took ${seconds.toFixed(1)} s; ${budget}` };
  return {
    ...evidence,
    measurements: [...evidence.measurements, time],
    reasons: seconds <= budgetSeconds ? evidence.reasons : [...evidence.reasons, late],
  };
}

/** `surefoot rehearse` with names: each scenario on a fresh platform, under real load, held against what it expects. */
import { createRecorder } from '../operations/recorder.ts';
import type { Check, Evidence } from '../report/evidence.ts';
import { type Placed, prepared } from './placed.ts';
import type { RehearsePorts, ScenarioOptions } from './playing.ts';
import { runScenario } from './run-scenario.ts';
import { worst } from './scenario-record.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface RehearseRequest extends ScenarioOptions {
  /** In the order in which they run. */
  readonly placed: readonly Placed[];
}

/**
 * Runs the scenarios one after the other. The verdict is pass when every one showed what it expects.
 * @throws InputError where a platform lacks what a scenario needs, before anything is started
 */
export async function rehearse({ placed, ...options }: RehearseRequest, ports: RehearsePorts): Promise<Evidence> {
  const ready = prepared(placed, options.speed);
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
    const { evidence } = await runScenario(scenario, site, options, ports);
    parts.push(evidence);
    const row = rowOf(scenario, evidence);
    recorder.check(row);
    ports.reporter.info(`scenario ${scenario.name}: ${row.verdict} after ${row.seconds.toFixed(0)} s`);
  }
  const { verdict, message } = sumOf(parts);
  return recorder.finish(verdict, [{ code: verdict === 'pass' ? 'as-expected' : 'not-as-expected', message }], {
    parts,
  });
}

/** A scenario's row in the record that it is a part of. Pure. */
export function rowOf(
  { name, expects }: Pick<Scenario, 'name' | 'expects'>,
  { verdict, reasons, startedAt, finishedAt }: Evidence,
): Check & { readonly seconds: number } {
  return {
    name,
    verdict,
    expected: expects,
    observed: reasons.map((reason) => reason.message).join('; '),
    seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
  };
}

/** What all of them came to. Pure. */
export function sumOf(parts: readonly Evidence[]): { readonly verdict: Evidence['verdict']; readonly message: string } {
  const shown = parts.filter((part) => part.verdict === 'pass').length;
  return {
    verdict: worst(parts.map((part) => part.verdict)),
    message: `${shown} of ${parts.length} scenarios showed what they expect`,
  };
}

/** Each once, in the order in which they come. */
function named(placed: readonly Placed[], name: (placed: Placed) => string): string {
  return [...new Set(placed.map(name))].join(' and ');
}

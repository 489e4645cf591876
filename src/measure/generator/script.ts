/** The script that k6 runs, and what it is told. */
import { randomBytes } from 'node:crypto';
import { shippedFile } from '../../tools/package-root.ts';
import type { LoadPlan } from '../load-plan.ts';
import type { Load } from '../types.ts';
import { writeEntry } from './own-script.ts';

/** How long k6 leaves requests to end by themselves beyond their time-out. */
const GRACEFUL_SLACK_SECONDS = 5;

/** The entry that k6 runs; one that `waits` makes its first request at an agreed moment. */
export function scriptOf(load: Load, workDirectory: string, plan: LoadPlan, waits: boolean): string | Promise<string> {
  if ('shape' in load && load.script !== undefined) {
    return writeEntry(load.script, workDirectory, { virtualUsers: plan.virtualUsers, waits });
  }
  return shippedFile(waits ? 'load-tests/http-together.ts' : 'load-tests/http.ts');
}

/** What `load-tests/parameters.ts` reads, whose `Parameters` is the other side, and what scripts of the user's own may read. */
export function variablesOf(load: Load, plan: LoadPlan, startAt?: Date): Readonly<Record<string, string>> {
  const shaped = 'shape' in load ? load : undefined;
  const parameters = parametersOf(load, plan, { run: randomBytes(4).toString('hex'), startAt });
  return {
    ...shaped?.variables,
    SUREFOOT_LOAD: JSON.stringify(parameters),
    SUREFOOT_URL: load.url,
    SUREFOOT_TIMEOUT_MS: String(parameters.timeoutMs),
  };
}

/** The load in the words of the script; `run` begins the number of each request. */
export function parametersOf(
  load: Load,
  plan: LoadPlan,
  { run, startAt }: { readonly run: string; readonly startAt?: Date | undefined },
) {
  const shaped = 'shape' in load ? load : undefined;
  return {
    run,
    url: load.url,
    method: load.method ?? 'GET',
    headers: load.headers ?? {},
    body: load.body ?? null,
    arrivals: plan.numberedBelow,
    scenario: plan.scenario,
    timeoutMs: Math.ceil(load.timeoutSeconds * 1000),
    gracefulStopMs: Math.ceil((load.timeoutSeconds + GRACEFUL_SLACK_SECONDS) * 1000),
    virtualUsers: plan.virtualUsers,
    newConnections: shaped?.newConnections ?? false,
    numbered: shaped?.numbered ?? null,
    allowedOrigins: shaped?.allowedOrigins ?? [],
    startAtMs: startAt?.getTime() ?? null,
  };
}

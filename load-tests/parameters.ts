/** What surefoot hands to a script, and what every script of it needs. k6 runs these files as they are; they import nothing but k6's own modules and each other. */
import type { Options } from 'k6/options';

/** As JSON in SUREFOOT_LOAD, from `src/measure/`. */
export interface Parameters {
  readonly run: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** How many arrivals are planned. k6 may make a few more in the moment that it runs on after the planned end. */
  readonly arrivals: number;
  /** Executor and rates, in k6's own words. */
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly gracefulStopMs: number;
  readonly virtualUsers: number;
  readonly newConnections: boolean;
  /** A header that gets the prefix and the number of the arrival. */
  readonly numbered: { readonly header: string; readonly prefix: string } | null;
  /** Origins that a script of the user's own may send requests to. */
  readonly allowedOrigins: readonly string[];
  /** When the parts of a load on several machines begin, in ms since 1970; null: at once. */
  readonly startAtMs: number | null;
  /** Of an exported script: which plan its output is of. */
  readonly plan?: string;
  /** Of an exported script: the address for people, without what is secret in it. */
  readonly shownAs?: string;
}

/** What an exported script has beside: nobody tells it anything, or judges what it counts. Written by `src/operations/load/export/`. */
export interface Inlined extends Parameters {
  /** Each a metric of its own; `withinMs` null: answered well, else in time. */
  readonly objectives: readonly { readonly metric: string; readonly withinMs: number | null }[];
  /** Names of the variables that `{env:NAME}` in the headers stands for. */
  readonly variables: readonly string[];
  readonly thresholds: NonNullable<Options['thresholds']>;
  readonly systemTags: readonly string[];
  readonly cloud: Readonly<Record<string, unknown>> | null;
}

declare const SUREFOOT_PLAN: Inlined | undefined;

/** Undefined where surefoot itself starts k6. */
export const inlined = typeof SUREFOOT_PLAN === 'undefined' ? undefined : SUREFOOT_PLAN;

export const load: Parameters =
  inlined === undefined
    ? (JSON.parse(__ENV['SUREFOOT_LOAD'] ?? '{}') as Parameters)
    : { ...inlined, run: `${inlined.run}-${Date.now().toString(36)}`, headers: filled(inlined.headers) };

/** `{env:NAME}` by the environment; what is not there yet, as where k6 only looks at the script, is left empty. */
function filled(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.replace(/\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => __ENV[variable] ?? ''),
    ]),
  );
}

/** One scenario of the planned arrivals. `systemTags` are those that surefoot reads; any other would cost bytes, and a URL may hold a secret. */
export function optionsFor(systemTags: readonly string[]): Options {
  return {
    scenarios: {
      load: {
        ...load.scenario,
        preAllocatedVUs: load.virtualUsers,
        gracefulStop: `${load.gracefulStopMs}ms`,
      },
    } as unknown as NonNullable<Options['scenarios']>,
    systemTags: systemTags as NonNullable<Options['systemTags']>,
    // k6 would keep the first answer of the name server for five minutes and never see a failover.
    dns: { ttl: '0', select: 'random', policy: 'preferIPv4' },
    userAgent: 'surefoot (k6)',
    ...(load.startAtMs === null ? {} : { setupTimeout: `${Math.max(0, load.startAtMs - Date.now()) + 60_000}ms` }),
  };
}

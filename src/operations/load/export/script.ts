/** The script of an exported load: its plan, and below it what runs it. Pure. */
import { createHash } from 'node:crypto';
import { parametersOf } from '../../../measure/generator/script.ts';
import { dividedUsers } from '../../../measure/segments/segment.ts';
import { type PlannedLoad, shownUrl } from '../plan.ts';
import { variablesIn } from '../secrets.ts';
import { thresholdsOf } from './thresholds.ts';

export const SCRIPT_FILE = 'script.js';

export interface ScriptOptions {
  /** How many processes make the load; 1 where the cloud decides. */
  readonly parallelism: number;
  /** What k6 tags its own samples with. */
  readonly systemTags: readonly string[];
  /** `options.cloud`; null: none. */
  readonly cloud: Readonly<Record<string, unknown>> | null;
}

/** Names of the environment's variables that the profile's headers need, in their order. */
export function neededVariables({ request }: PlannedLoad): readonly string[] {
  return variablesIn(request.profile.headers);
}

/** By which the output of an exported load is known to be of this plan: its address, rates, time-out and number of parts. */
export function planDigest({ url, load }: PlannedLoad, parallelism: number): string {
  const { startRate, stages } = load.shape;
  const identity = JSON.stringify([shownUrl(url), startRate, stages, load.timeoutSeconds, parallelism]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/**
 * The whole script, which imports nothing but k6's own modules.
 * @param planned with the profile's headers as they are written: of `{env:NAME}` only the name gets into the script
 * @param bundle `k6-standalone.js`
 */
export function scriptOf(planned: PlannedLoad, bundle: string, options: ScriptOptions): string {
  const { request, load, url } = planned;
  const plan = { ...planned.plan, virtualUsers: dividedUsers(planned.plan.virtualUsers, options.parallelism) };
  const inlined = {
    ...parametersOf({ ...load, headers: request.profile.headers }, plan, { run: request.profile.name }),
    plan: planDigest(planned, options.parallelism),
    shownAs: shownUrl(url),
    variables: neededVariables(planned),
    ...thresholdsOf(planned, options.parallelism),
    systemTags: options.systemTags,
    cloud: options.cloud,
  };
  const head = [
    `// The load ${request.profile.name} on ${request.target.service} in ${request.environment.name}: ${plan.arrivals} requests in ${plan.seconds} s to ${shownUrl(url)}.`,
    '// Written by `surefoot load --export`, and to be written again when the profile or the platform file changes.',
    '// Its thresholds are the objectives as k6 can hold them: by point estimate, each process on its own part.',
  ];
  return `${head.join('\n')}\nconst SUREFOOT_PLAN = ${JSON.stringify(inlined, undefined, 2)};\n\n${bundle}`;
}

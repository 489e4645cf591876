/** What a load would be: where to, how much, how long, and what it could prove. Pure; refusals are all found before anything is sent. */
import { InputError } from '../../errors.ts';
import type { LoadPlan } from '../../measure/load-plan.ts';
import { planShape } from '../../measure/shape-plan.ts';
import type { ShapedLoad } from '../../measure/types.ts';
import type { Objective } from '../../platform/model/objectives.ts';
import type { Environment, ServiceInEnvironment } from '../../platform/model.ts';
import type { Reason } from '../../report/evidence.ts';
import type { Profile } from './profile.ts';
import { fillHeaders, scriptVariables, secretsOfUrl } from './secrets.ts';
import { isSized, levelsOf, type Sized, shapeOf } from './sizing.ts';

export interface LoadRequest {
  readonly platform: string;
  readonly environment: Environment;
  readonly target: ServiceInEnvironment;
  /** Of the target. */
  readonly objectives: readonly Objective[];
  readonly profile: Profile;
  /** Where to, as the user gave it; undefined: the service's own address and path. */
  readonly url: string | undefined;
  /** Addresses of a rehearsal platform, which are this machine's own. */
  readonly rehearsalOrigins: readonly string[];
  /** Absolute path of a script of the user's own. */
  readonly script: string | undefined;
  /** Names of the variables that the script reads; none when left out. */
  readonly scriptReads?: readonly string[];
  /** Divides every duration of the profile: a look at it, not the thing itself. */
  readonly compress: number;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface PlannedLoad {
  readonly request: LoadRequest;
  readonly url: URL;
  /** 100 %; undefined for a profile of fixed rates only. */
  readonly level: Sized | undefined;
  readonly load: ShapedLoad;
  readonly plan: LoadPlan;
  readonly probe: ShapedLoad | undefined;
  readonly secrets: readonly string[];
  readonly refusals: readonly Reason[];
}

const DEFAULT_PATH = '/';

/** @throws InputError for what cannot be planned at all: no address, nothing to size from, rates that cannot be */
export function planRun(request: LoadRequest): PlannedLoad {
  const { profile, target } = request;
  const url = urlOf(request);
  const { headers, secrets } = fillHeaders(profile.headers, request.variables);
  const own = scriptVariables(request.scriptReads ?? [], request.variables);
  const level = isSized(profile) ? levelsOf(target)[profile.level] : undefined;
  const shape = shapeOf(profile, level?.requestsPerSecond ?? 0, request.compress);
  const timeoutSeconds = profile.timeoutSeconds ?? target.load.timeoutSeconds;
  const load: ShapedLoad = {
    name: profile.name,
    url: url.href,
    headers,
    timeoutSeconds,
    shape,
    ...(profile.virtualUsers === undefined ? {} : { virtualUsers: profile.virtualUsers }),
    ...(request.script === undefined
      ? {}
      : { script: request.script, allowedOrigins: allowedOrigins(request), variables: own.variables }),
  };
  const plan = planShape(load);
  const probe = profile.probe && {
    name: 'probe',
    url: url.href,
    headers,
    timeoutSeconds: profile.probe.timeoutSeconds,
    shape: {
      startRate: profile.probe.requestsPerSecond,
      stages: [{ seconds: plan.seconds, rate: profile.probe.requestsPerSecond }],
    },
    newConnections: true,
  };
  const found = { request, url, level, load, plan, probe, secrets: [...secrets, ...own.secrets, ...secretsOfUrl(url)] };
  return { ...found, refusals: refusalsOf(found) };
}

/** Every origin that a load in this environment may be sent to. */
export function allowedOrigins({ environment, target, rehearsalOrigins }: LoadRequest): readonly string[] {
  const own = target.url === undefined ? [] : [new URL(target.url).origin];
  return [...new Set([...own, ...environment.load.allow.map((one) => new URL(one).origin), ...rehearsalOrigins])];
}

/** The address without what is secret in it. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

function urlOf({ url, target, rehearsalOrigins }: LoadRequest): URL {
  const base = url ?? rehearsalOrigins[0] ?? target.url;
  if (base === undefined) {
    throw new InputError(
      'no-address',
      `where ${target.service} is reached in ${target.environment} is not known: add --url, or url to services.${target.service} in surefoot.yml`,
    );
  }
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base)) {
    throw new InputError(
      'bad-url',
      `--url is ${JSON.stringify(base)}, which is no address: write it like https://api.dev.example.com/path`,
    );
  }
  const parsed = new URL(base);
  return parsed.pathname === DEFAULT_PATH && parsed.search === '' ? new URL(target.load.path, parsed) : parsed;
}

function refusalsOf({ request, url, plan, probe }: Omit<PlannedLoad, 'refusals'>): Reason[] {
  const { environment } = request;
  const allowed = allowedOrigins(request);
  const peak = plan.rate + (probe?.shape.startRate ?? 0);
  const { maximum } = environment.load;
  const refusals: Reason[] = [];
  if (!allowed.includes(url.origin)) {
    const known = allowed.length === 0 ? 'allows no address yet' : `allows ${allowed.join(', ')}`;
    const message = `${url.origin} is not allowed: surefoot.yml ${known}. If it is yours, add it to environments.${environment.name}.load.allow`;
    refusals.push({ code: 'address-not-allowed', message });
  }
  if (environment.protected && maximum === undefined) {
    const message = `${environment.name} is protected and says no maximum: add load: { maximum: … } (requests per second) to environments.${environment.name}`;
    refusals.push({ code: 'no-maximum', message });
  }
  if (maximum !== undefined && peak > maximum) {
    const message = `the profile goes up to ${peak} requests/s, but environments.${environment.name}.load.maximum is ${maximum}`;
    refusals.push({ code: 'above-maximum', message });
  }
  return refusals;
}

/** From a Platform document to services in environments: overrides merged, names filled in, defaults applied, contradictions found. */
import path from 'node:path';
import { parseDuration } from './duration.ts';
import { shown } from './fields.ts';
import type { Findings } from './findings.ts';
import type {
  DeploySettings,
  Environment,
  RehearsalSettings,
  Service,
  ServiceInEnvironment,
  SmokeCheck,
} from './model.ts';
import { Names } from './names.ts';
import {
  DEFAULTS,
  type MergedService,
  mergedServiceSchema,
  type PlatformDocument,
  type ServiceDocument,
} from './schema.ts';
import { soften } from './soften.ts';
import type { Path } from './source.ts';
import { didYouMean } from './suggest.ts';

/** The objectives that a watch may name. `complete` is false when a broken document may have held more. */
export interface KnownObjectives {
  readonly complete: boolean;
  readonly byName: ReadonlyMap<string, { readonly service: string; readonly unjudged: string | undefined }>;
}

const softMerged = soften(mergedServiceSchema);

export function resolveEnvironments(findings: Findings, draft: PlatformDocument): Record<string, Environment> {
  const names = new Names(findings);
  return mapValues(draft.environments, (environment, name) => {
    const at: Path = ['environments', name];
    const zones = environment.zones ?? [`${environment.region}a`, `${environment.region}b`];
    for (const [index, zone] of (environment.zones ?? []).entries()) {
      const zonePath = [...at, 'zones', index];
      if (!zone.startsWith(environment.region) || zone === environment.region) {
        const write = `${environment.region}${/[a-z]$/.exec(zone)?.[0] ?? 'a'}`;
        findings.report({
          path: zonePath,
          what: `is not a zone of ${environment.region}`,
          write,
          needs: [[...at, 'region']],
        });
      } else if (zones.indexOf(zone) < index) {
        findings.report({ path: zonePath, what: `names ${zone} a second time`, write: 'no zone twice' });
      }
    }
    return {
      name,
      region: environment.region,
      cluster: names.expand(environment.cluster, name, [...at, 'cluster']),
      zones,
      protected: environment.protected ?? false,
      pausable: environment.pausable ?? false,
    };
  });
}

export function resolveServices(
  findings: Findings,
  draft: PlatformDocument,
  environments: Readonly<Record<string, Environment>>,
  objectives: KnownObjectives,
  directory: string,
): Record<string, Service> {
  const names = new Names(findings);
  return mapValues(draft.services, (service, key) => {
    checkEnvironmentNames(findings, service, key, Object.keys(environments));
    const inEnvironment: Record<string, ServiceInEnvironment> = {};
    for (const environment of Object.values(environments)) {
      if (service.runsIn === undefined || service.runsIn.includes(environment.name)) {
        const resolver = new ServiceResolver(findings, names, key, environment, objectives, directory);
        inEnvironment[environment.name] = resolver.resolve(service, draft.environments[environment.name]?.tasks);
      }
    }
    return { key, inEnvironment };
  });
}

function checkEnvironmentNames(
  findings: Findings,
  service: ServiceDocument,
  key: string,
  known: readonly string[],
): void {
  const report = (at: Path, part: 'key' | 'value', name: string) =>
    findings.report({
      path: at,
      part,
      what: `${part === 'key' ? 'is for' : 'is'} ${shown(name)}, but the environments here are ${known.join(', ')}`,
      write: `(${didYouMean(name, known) ?? known.join(' or ')})`,
      needs: [['environments']],
    });
  for (const [index, name] of (service.runsIn ?? []).entries()) {
    if (!known.includes(name)) {
      report(['services', key, 'runsIn', index], 'value', name);
    }
  }
  for (const name of Object.keys(service.environments ?? {})) {
    const at = ['services', key, 'environments', name];
    if (!known.includes(name)) {
      report(at, 'key', name);
    } else if (service.runsIn !== undefined && !service.runsIn.includes(name)) {
      findings.report({
        path: at,
        part: 'key',
        what: 'has overrides, but runsIn leaves it out',
        write: `(no ${name} here, or ${name} in runsIn)`,
        needs: [['services', key, 'runsIn']],
      });
    }
  }
}

const seconds = (duration: string): number => parseDuration(duration) ?? 0;

class ServiceResolver {
  readonly #findings: Findings;
  readonly #names: Names;
  readonly #key: string;
  readonly #environment: Environment;
  readonly #objectives: KnownObjectives;
  readonly #directory: string;

  constructor(
    findings: Findings,
    names: Names,
    key: string,
    environment: Environment,
    objectives: KnownObjectives,
    directory: string,
  ) {
    this.#findings = findings;
    this.#names = names;
    this.#key = key;
    this.#environment = environment;
    this.#objectives = objectives;
    this.#directory = directory;
  }

  resolve(service: ServiceDocument, environmentTasks: MergedService['tasks']): ServiceInEnvironment {
    const merged = this.#merge(service);
    const environment = this.#environment;
    const healthPath = merged.healthPath ?? DEFAULTS.healthPath;
    const ecsService = this.#names.expand(merged.ecsService, environment.name, this.#at('ecsService'));
    this.#names.claim(`${environment.region}/${environment.cluster}/${ecsService}`, this.#at('ecsService'));
    return {
      service: this.#key,
      environment: environment.name,
      ecsService,
      cluster: environment.cluster,
      container: this.#names.expand(merged.container ?? this.#key, environment.name, this.#at('container')),
      port: merged.port,
      healthPath,
      tasks: this.#tasks(merged.tasks, environmentTasks),
      cpu: merged.cpu ?? DEFAULTS.cpu,
      memory: merged.memory ?? DEFAULTS.memory,
      capacity: merged.capacity && {
        requestsPerSecond: merged.capacity.requestsPerSecond,
        responseSeconds: seconds(merged.capacity.responseTime),
      },
      coldStartSeconds: merged.coldStart === undefined ? undefined : seconds(merged.coldStart),
      deploy: this.#deploy(merged.deploy ?? {}, healthPath),
      rehearsal: merged.rehearsal && this.#rehearsal(merged.rehearsal, healthPath),
    };
  }

  /** Where a field of the merged service was written: in the override of this environment, else in the service itself. */
  #at(...field: readonly (string | number)[]): Path {
    const override = ['services', this.#key, 'environments', this.#environment.name, ...field];
    return this.#findings.document.has(override) ? override : ['services', this.#key, ...field];
  }

  #merge(service: ServiceDocument): MergedService {
    const { runsIn: _, environments, ...base } = service;
    const merged = mergeDeep(base, environments?.[this.#environment.name] ?? {});
    const whole = mergedServiceSchema.safeParse(merged);
    for (const issue of whole.success ? [] : whole.error.issues) {
      // Each part was checked by itself before; what can still fail is a section that an override began and left incomplete.
      const field = issue.path as Path;
      const [what = '', write = ''] = issue.message.split('\n');
      const parent = this.#at(...field.slice(0, -1));
      findingsReport(this.#findings, [...parent, ...field.slice(-1)], what, write, parent);
    }
    return softMerged.parse(merged);
  }

  #tasks(tasks: MergedService['tasks'], inherited: MergedService['tasks']): ServiceInEnvironment['tasks'] {
    const chosen = tasks ?? inherited ?? {};
    const at = (field: string) =>
      tasks === undefined ? ['environments', this.#environment.name, 'tasks', field] : this.#at('tasks', field);
    const minimum = chosen.minimum ?? DEFAULTS.minimumTasks;
    const maximum = chosen.maximum ?? minimum;
    if (minimum > maximum) {
      const place = this.#findings.document.has(at('minimum')) ? at('minimum') : at('maximum');
      this.#findings.report({
        path: place,
        what: `makes the minimum (${minimum}) larger than the maximum (${maximum}) in ${this.#environment.name}`,
        write: `${place.at(-1) === 'minimum' ? maximum : minimum}`,
        needs: [at('minimum'), at('maximum')],
      });
    }
    return { minimum, maximum };
  }

  #deploy(deploy: NonNullable<MergedService['deploy']>, healthPath: string): DeploySettings {
    const strategy = deploy.strategy ?? DEFAULTS.strategy;
    const hookTimeout = seconds(deploy.hookTimeout ?? DEFAULTS.hookTimeout);
    for (const part of ['smoke', 'watch'] as const) {
      if (strategy === 'ROLLING' && deploy[part] !== undefined) {
        this.#findings.report({
          path: this.#at('deploy', part),
          part: 'key',
          what: `needs both revisions side by side, but the strategy is ROLLING in ${this.#environment.name}`,
          write: `no ${part} here, or strategy: BLUE_GREEN`,
          needs: [this.#at('deploy', 'strategy')],
        });
      }
    }
    const smoke = deploy.smoke && this.#smoke(deploy.smoke, healthPath);
    const watch = deploy.watch && { seconds: seconds(deploy.watch.duration), objective: deploy.watch.objective };
    if (smoke !== undefined && smoke.requests * smoke.timeoutSeconds >= hookTimeout) {
      this.#tooLong('smoke', smoke.requests * smoke.timeoutSeconds, hookTimeout);
    }
    if (watch !== undefined && watch.seconds >= hookTimeout) {
      this.#tooLong('watch', watch.seconds, hookTimeout);
    }
    if (watch !== undefined) {
      this.#checkObjective(watch.objective);
    }
    return {
      strategy,
      bakeMinutes: seconds(deploy.bake ?? DEFAULTS.bake) / 60,
      hookTimeoutMinutes: hookTimeout / 60,
      smoke,
      watch,
    };
  }

  #tooLong(part: 'smoke' | 'watch', takes: number, hookTimeout: number): void {
    this.#findings.report({
      path: this.#at('deploy', part),
      part: 'key',
      what: `may take ${takes} s, but ECS rolls back after the hook's time-out of ${hookTimeout} s`,
      write: `(a shorter ${part}, or hookTimeout: ${Math.ceil((takes * 2) / 60)}m)`,
      needs: [this.#at('deploy', 'hookTimeout')],
    });
  }

  #smoke(smoke: NonNullable<NonNullable<MergedService['deploy']>['smoke']>, healthPath: string): SmokeCheck {
    return {
      path: smoke.path ?? healthPath,
      status: smoke.status ?? DEFAULTS.smokeStatus,
      requests: smoke.requests ?? DEFAULTS.smokeRequests,
      timeoutSeconds: seconds(smoke.timeout ?? DEFAULTS.smokeTimeout),
      url: smoke.url && this.#names.fill(smoke.url, this.#environment.name, this.#at('deploy', 'smoke', 'url')),
    };
  }

  #checkObjective(objective: string): void {
    const at = this.#at('deploy', 'watch', 'objective');
    const { byName, complete } = this.#objectives;
    const known = byName.get(objective);
    const mine = [...byName].filter(([, { service, unjudged }]) => service === this.#key && unjudged === undefined);
    const names = mine.map(([name]) => name);
    const write =
      didYouMean(objective, names) ??
      (names.length > 0 ? names.join(' or ') : '(no watch, or an SLO document of this service)');
    if (known === undefined) {
      if (complete) {
        this.#findings.report({ path: at, what: `is ${shown(objective)}, but no SLO document has that name`, write });
      }
    } else if (known.service !== this.#key) {
      this.#findings.report({ path: at, what: `is ${shown(objective)}, which is an SLO of ${known.service}`, write });
    } else if (known.unjudged !== undefined) {
      this.#findings.report({
        path: at,
        what: `is ${shown(objective)}, which surefoot cannot judge: ${known.unjudged}`,
        write,
      });
    }
  }

  #rehearsal(rehearsal: NonNullable<MergedService['rehearsal']>, healthPath: string): RehearsalSettings {
    const images = Object.keys(rehearsal.images);
    const initialImage = rehearsal.initialImage ?? images[0] ?? '';
    if (rehearsal.initialImage !== undefined && !images.includes(rehearsal.initialImage)) {
      this.#findings.report({
        path: this.#at('rehearsal', 'initialImage'),
        what: `is ${shown(initialImage)}, which is not among the images`,
        write: didYouMean(initialImage, images) ?? images.join(' or '),
        needs: [this.#at('rehearsal', 'images')],
      });
    }
    const [command = 'node', ...args] = rehearsal.command;
    return {
      command: [command, ...args],
      directory: path.resolve(this.#directory, rehearsal.directory ?? DEFAULTS.rehearsalDirectory),
      environment: this.#variables(rehearsal.environment ?? {}, ['rehearsal', 'environment']),
      startSeconds: seconds(rehearsal.startDelay ?? DEFAULTS.startDelay),
      images: mapValues(rehearsal.images, (variables, image) =>
        this.#variables(variables, ['rehearsal', 'images', image]),
      ),
      initialImage,
      load: {
        path: rehearsal.load.path ?? healthPath,
        requestsPerSecond: rehearsal.load.requestsPerSecond,
        timeoutSeconds: seconds(rehearsal.load.timeout ?? DEFAULTS.loadTimeout),
      },
      healthCheck: this.#healthCheck(rehearsal.healthCheck ?? {}),
      deregistrationDelaySeconds: seconds(rehearsal.deregistrationDelay ?? DEFAULTS.deregistrationDelay),
    };
  }

  #healthCheck(
    check: NonNullable<NonNullable<MergedService['rehearsal']>['healthCheck']>,
  ): RehearsalSettings['healthCheck'] {
    const interval = check.interval ?? DEFAULTS.healthCheckInterval;
    const timeout = check.timeout ?? DEFAULTS.healthCheckTimeout;
    if (seconds(timeout) >= seconds(interval)) {
      this.#findings.report({
        path: this.#at('rehearsal', 'healthCheck', 'timeout'),
        what: `is ${timeout}, but must be less than the interval of ${interval}`,
        write: DEFAULTS.healthCheckTimeout,
        needs: [this.#at('rehearsal', 'healthCheck', 'interval')],
      });
    }
    return {
      intervalSeconds: seconds(interval),
      timeoutSeconds: seconds(timeout),
      healthyThreshold: check.healthyThreshold ?? DEFAULTS.healthyThreshold,
      unhealthyThreshold: check.unhealthyThreshold ?? DEFAULTS.unhealthyThreshold,
    };
  }

  /** Values as written in the file: `1.10` stays `1.10`. */
  #variables(variables: Readonly<Record<string, unknown>>, field: readonly string[]): Record<string, string> {
    return mapValues(
      variables,
      (value, name) => this.#findings.document.textAt(this.#at(...field, name)) ?? String(value),
    );
  }
}

function findingsReport(findings: Findings, at: Path, what: string, write: string, parent: Path): void {
  findings.report({ path: at, what, write, needs: [parent] });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The base with what the override says instead; mappings are merged key by key, lists and scalars replaced. */
function mergeDeep(
  base: Readonly<Record<string, unknown>>,
  override: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(override)) {
    const before = merged[key];
    if (value !== undefined) {
      merged[key] = isPlain(before) && isPlain(value) ? mergeDeep(before, value) : value;
    }
  }
  return merged;
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** From a Platform document to services in environments: overrides merged, names filled in, defaults applied, contradictions found. */
import type { Findings } from '../findings.ts';
import type { Environment, Service, ServiceInEnvironment } from '../model.ts';
import { Names } from '../names.ts';
import { mapValues, mergeDeep } from '../records.ts';
import { DEFAULTS } from '../schema/common.ts';
import type { PlatformDocument } from '../schema/document.ts';
import { shown } from '../schema/fields.ts';
import { type MergedService, mergedServiceSchema, type ServiceDocument } from '../schema/service.ts';
import { soften } from '../schema/soften.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { resolveDatabases } from './databases.ts';
import { resolveDeploy } from './deploy.ts';
import type { KnownObjectives } from './known-objectives.ts';
import { resolveLoad, resolveUrl } from './load.ts';
import { resolveRehearsal } from './rehearsal.ts';
import { resolveResilience } from './resilience.ts';
import { resolveSchedule } from './schedule.ts';
import { ServiceContext, seconds } from './service-context.ts';
import { resolveStandby } from './standby.ts';

type Tasks = MergedService['tasks'];

export function resolveEnvironments(findings: Findings, draft: PlatformDocument): Record<string, Environment> {
  const names = new Names(findings);
  return mapValues(draft.environments, (environment, name) => {
    const at: Path = ['environments', name];
    checkPausing(findings, environment, at);
    const zones = zonesOf(environment);
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
        findings.report({ path: zonePath, part: 'key', what: `names ${zone} a second time`, write: 'each zone once' });
      }
    }
    return {
      name,
      region: environment.region,
      cluster: names.expand(environment.cluster, name, [...at, 'cluster']),
      zones,
      account: environment.account,
      protected: environment.protected ?? false,
      pausable: environment.pausable ?? false,
      load: { allow: environment.load?.allow ?? [], maximum: environment.load?.maximum },
      databases: resolveDatabases(
        { findings, at, zones, standbys: zonesOfStandbys(draft, name) },
        environment.rehearsal?.databases ?? {},
      ),
      schedule: environment.schedule && resolveSchedule(findings, environment.schedule, [...at, 'schedule']),
      resilience:
        environment.resilience &&
        resolveResilience(findings, environment.resilience, {
          isProtected: environment.protected ?? false,
          services: Object.keys(draft.services),
          environment: at,
        }),
      standby: environment.standby && resolveStandby(findings, environment.standby, name, draft.environments),
      lines: {
        protected: findings.lineOf([...at, 'protected']),
        pausable: findings.lineOf([...at, 'pausable']),
        schedule: findings.lineOf([...at, 'schedule']),
      },
    };
  });
}

type EnvironmentDocument = PlatformDocument['environments'][string];

function zonesOf({ zones, region }: EnvironmentDocument): readonly string[] {
  return zones ?? [`${region}a`, `${region}b`];
}

/** By the names of the environments that stand by for `primary`. */
function zonesOfStandbys(draft: PlatformDocument, primary: string): Record<string, readonly string[]> {
  const standbys = Object.entries(draft.environments).filter(([, { standby }]) => standby?.for === primary);
  return Object.fromEntries(standbys.map(([name, environment]) => [name, zonesOf(environment)]));
}

/** Pausing takes an environment down: it must be allowed, and can never be where it is protected. */
function checkPausing(findings: Findings, environment: EnvironmentDocument, at: Path): void {
  if (environment.protected && environment.pausable) {
    findings.report({
      path: [...at, 'pausable'],
      what: 'is true in a protected environment, which is never paused',
      write: 'false',
      needs: [[...at, 'protected']],
    });
  } else if (environment.schedule !== undefined && environment.pausable !== true) {
    findings.report({
      path: [...at, 'schedule'],
      part: 'key',
      what: 'would pause an environment that is not pausable',
      write: environment.protected ? 'no schedule in a protected environment' : 'pausable: true beside it',
      needs: [
        [...at, 'pausable'],
        [...at, 'protected'],
      ],
    });
  }
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
        const context = new ServiceContext(findings, names, key, environment);
        const inherited = draft.environments[environment.name]?.tasks;
        inEnvironment[environment.name] = resolveOne(context, service, inherited, objectives, directory);
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
      write: `${didYouMean(name, known) ?? known.join(' or ')} instead of ${name}`,
      keysOf: [['environments']],
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
        write: `no ${name} here, or ${name} in runsIn`,
        needs: [['services', key, 'runsIn']],
      });
    }
  }
}

/** Merges what the service and its environment say, and applies the defaults. */
function resolveOne(
  context: ServiceContext,
  service: ServiceDocument,
  inherited: Tasks,
  objectives: KnownObjectives,
  directory: string,
): ServiceInEnvironment {
  const { environment } = context;
  const merged = merge(context, service);
  const healthPath = merged.healthPath ?? DEFAULTS.healthPath;
  const ecsService = context.expand(merged.ecsService, 'ecsService');
  context.names.claim(`${environment.region}/${environment.cluster}/${ecsService}`, context.at('ecsService'));
  const tasks = resolveTasks(context, merged.tasks, inherited);
  const container = context.expand(merged.container ?? context.key, 'container');
  return {
    service: context.key,
    environment: environment.name,
    ecsService,
    cluster: environment.cluster,
    container,
    port: merged.port,
    healthPath,
    tasks,
    cpu: merged.cpu ?? DEFAULTS.cpu,
    memory: merged.memory ?? DEFAULTS.memory,
    capacity: merged.capacity && {
      requestsPerSecond: merged.capacity.requestsPerSecond,
      responseSeconds: seconds(merged.capacity.responseTime),
    },
    coldStartSeconds: merged.coldStart === undefined ? undefined : seconds(merged.coldStart),
    url: resolveUrl(context, merged.url),
    load: resolveLoad(context, merged.load, healthPath),
    deploy: resolveDeploy(context, merged.deploy ?? {}, { healthPath, container }, objectives),
    jobs: resolveJobs(merged.jobs ?? {}, container),
    rehearsal:
      merged.rehearsal &&
      resolveRehearsal(context, merged.rehearsal, { healthPath, minimumTasks: tasks.minimum, directory }),
    lines: {
      minimumTasks: context.findings.lineOf(tasksAt(context, merged.tasks, 'minimum')),
      maximumTasks: context.findings.lineOf(tasksAt(context, merged.tasks, 'maximum')),
    },
  };
}

function resolveJobs(jobs: NonNullable<MergedService['jobs']>, container: string): ServiceInEnvironment['jobs'] {
  return mapValues(jobs, (job) => ({
    command: job.command,
    container: job.container ?? container,
    timeoutSeconds: seconds(job.timeout ?? DEFAULTS.jobTimeout),
    cpu: job.cpu,
    memory: job.memory,
  }));
}

function merge(context: ServiceContext, service: ServiceDocument): MergedService {
  const { runsIn: _, environments, ...base } = service;
  const merged = mergeDeep(base, environments?.[context.environment.name] ?? {});
  const whole = mergedServiceSchema.safeParse(merged);
  if (whole.success) {
    return whole.data;
  }
  for (const issue of whole.error.issues) {
    // Each part was checked by itself before; what can still fail is a section that an override began and left incomplete.
    const field = issue.path as Path;
    const [what = '', write = ''] = issue.message.split('\n');
    const parent = context.at(...field.slice(0, -1));
    context.report({ path: [...parent, ...field.slice(-1)], what, write, needs: [parent] });
  }
  return soften(mergedServiceSchema).parse(merged);
}

function resolveTasks(context: ServiceContext, tasks: Tasks, inherited: Tasks): ServiceInEnvironment['tasks'] {
  const chosen = tasks ?? inherited ?? {};
  const at = (field: string) => tasksAt(context, tasks, field);
  const minimum = chosen.minimum ?? DEFAULTS.minimumTasks;
  const maximum = chosen.maximum ?? minimum;
  if (minimum > maximum) {
    const written = context.findings.document.has(at('minimum')) ? 'minimum' : 'maximum';
    context.report({
      path: at(written),
      what: `makes the minimum (${minimum}) larger than the maximum (${maximum}) in ${context.environment.name}`,
      write: String(written === 'minimum' ? maximum : minimum),
      needs: [at('minimum'), at('maximum')],
    });
  }
  return { minimum, maximum };
}

/** Where a number of tasks was written: in the service, else in its environment. */
function tasksAt(context: ServiceContext, tasks: Tasks, field: string): Path {
  return tasks === undefined ? ['environments', context.environment.name, 'tasks', field] : context.at('tasks', field);
}

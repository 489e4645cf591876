/** Where an experiment is planned or run: the service, its environment, the account. */
import { InputError } from '../../errors.ts';
import type { Template, TemplateTarget } from '../../operations/chaos/experiment/template.ts';
import { isInCluster, type ProtectedCluster } from '../../operations/chaos/plan/protected-clusters.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Connection } from '../connect.ts';
import type { SelectionOptions } from '../session.ts';

/** The service that was asked for, or the one that the load goes to. */
export function serviceOf({ service }: SelectionOptions, ofLoad: string | undefined): { service?: string } {
  const name = service ?? ofLoad;
  return name === undefined ? {} : { service: name };
}

/** @throws Error for a name that no environment has, which resolving the service has ruled out */
export function environmentOf(platform: Platform, name: string): Environment {
  const environment = platform.environments[name];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${name}`);
  }
  return environment;
}

/** @throws InputError when the credentials are of another account than surefoot.yml says */
export async function accountOf({ account, name }: Environment, { ports, rehearsal }: Connection): Promise<string> {
  const own = await ports.aws.account();
  if (account !== undefined && account !== own && rehearsal === undefined) {
    const message = `the credentials belong to account ${own}, but surefoot.yml says that ${name} is in ${account}: assume a role there`;
    throw new InputError('wrong-account', message);
  }
  return own;
}

/** @throws InputError naming every placeholder that stands for nothing here */
export function requireFilledIn(missing: readonly string[]): void {
  if (missing.length > 0) {
    const names = missing.map((name) => `\${${name}}`).join(', ');
    const message = `${names} in the experiment stands for nothing here: give --zone or --variable NAME=value, or say it in surefoot.yml`;
    throw new InputError('placeholder-without-value', message);
  }
}

/**
 * An experiment may name a cluster itself, and environments may share an account: what it runs in says nothing then of what it hits. What
 * tags choose is known after the dry run, and judged by `protectedClusters`. The template's placeholders are filled in.
 * @throws InputError `protected-target` for the cluster of a protected environment of the same account and Region
 */
export function requireNothingProtected(template: Template, platform: Platform, environment: Environment): void {
  for (const other of protectedBeside(platform, environment)) {
    requireNotIn(other, template, platform);
  }
}

/** The clusters of those environments: nothing in them is hit, by whatever tags it is found. Each once. */
export function protectedClusters(platform: Platform, environment: Environment): ProtectedCluster[] {
  return protectedBeside(platform, environment).flatMap(({ name }) =>
    [...new Set(servicesIn(name, platform).map(({ cluster }) => cluster))].map((cluster) => ({
      cluster,
      environment: name,
    })),
  );
}

/** Protected environments that may be in the same account and Region. */
function protectedBeside(platform: Platform, environment: Environment): Environment[] {
  return Object.values(platform.environments).filter(
    (other) => other.protected && other.name !== environment.name && mayBeInOnePlace(other, environment),
  );
}

function servicesIn(environment: string, platform: Platform): ServiceInEnvironment[] {
  return Object.values(platform.services).flatMap(({ inEnvironment }) => inEnvironment[environment] ?? []);
}

function mayBeInOnePlace(one: Environment, another: Environment): boolean {
  const accounts = new Set([one.account, another.account].filter((account) => account !== undefined));
  return one.region === another.region && accounts.size <= 1;
}

function requireNotIn({ name, lines }: Environment, { targets = {} }: Template, platform: Platform): void {
  const there = servicesIn(name, platform);
  for (const [target, chosen] of Object.entries(targets)) {
    const hit = there.find((service) => isHit(chosen, service));
    if (hit !== undefined) {
      const message = `target ${target} is in the cluster ${hit.cluster} of ${name}, which is protected (${lines.protected}) and never hit: write \${cluster} and \${service} for those of the environment that was asked for`;
      throw new InputError('protected-target', message);
    }
  }
}

function isHit({ parameters = {}, resourceArns = [] }: TemplateTarget, { cluster, ecsService }: ServiceInEnvironment) {
  const { cluster: named, service } = parameters;
  const byName =
    named !== undefined && lastOf(named) === cluster && (service === undefined || lastOf(service) === ecsService);
  return byName || resourceArns.some((arn) => isInCluster(arn, cluster));
}

function lastOf(arn: string): string | undefined {
  return arn.split('/').at(-1);
}

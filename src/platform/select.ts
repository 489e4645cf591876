/** Which service, in which environment, is meant. */
import { InputError } from '../errors.ts';
import type { Platform, ServiceInEnvironment } from './model.ts';
import { didYouMean } from './suggest.ts';

export interface Selection {
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
}

/**
 * The service in the environment that was asked for; what was not said is filled in where there is only one. Throws `InputError`
 * (`unknown-environment`, `unknown-service`, `environment-needed`, `service-needed`, `not-in-environment`) that lists what there is.
 */
export function resolveService(platform: Platform, selection: Selection = {}): ServiceInEnvironment {
  requireKnown(platform, selection.environment, selection.service === undefined ? [] : [selection.service]);
  const services = Object.keys(platform.services);
  const service = pick('service', selection.service, services, platform.file);
  const runsIn = platform.services[service]?.inEnvironment ?? {};
  const asked = selection.environment;
  const environments = Object.keys(asked === undefined ? runsIn : platform.environments);
  const environment = pick('environment', asked, environments, platform.file);
  const found = Object.hasOwn(runsIn, environment) ? runsIn[environment] : undefined;
  if (found === undefined) {
    const where = Object.keys(runsIn).join(', ');
    throw new InputError(
      'not-in-environment',
      `${service} does not run in ${environment}; it runs in ${where} (${platform.file})`,
    );
  }
  return found;
}

/**
 * Several services of one environment: those named, or the only one there is, or with `all` every one of the environment. Throws as
 * `resolveService` does, and `InputError` (`services-needed`, `all-and-names`, `several-environments`).
 */
export function resolveServices(
  platform: Platform,
  selection: {
    readonly environment?: string | undefined;
    readonly services?: readonly string[] | undefined;
    readonly all?: boolean | undefined;
  },
): readonly [ServiceInEnvironment, ...ServiceInEnvironment[]] {
  const { all = false } = selection;
  const names = [...new Set(selection.services ?? [])];
  if (all && names.length > 0) {
    throw new InputError(
      'all-and-names',
      `all services and ${names.join(', ')} were asked for: name some, or take all`,
    );
  }
  requireKnown(platform, selection.environment, names);
  if (names.length > 0) {
    const [first, ...rest] = names.map((service) =>
      resolveService(platform, { environment: selection.environment, service }),
    );
    if (first !== undefined && rest.every(({ environment }) => environment === first.environment)) {
      return [first, ...rest];
    }
    throw new InputError(
      'several-environments',
      `${names.join(', ')} run in different environments (${platform.file}); add --environment, and change one environment at a time`,
    );
  }
  const environment = pick('environment', selection.environment, Object.keys(platform.environments), platform.file);
  const [first, ...rest] = Object.values(platform.services).flatMap(
    ({ inEnvironment }) => inEnvironment[environment] ?? [],
  );
  if (first === undefined) {
    throw new InputError('no-services', `no service of ${platform.file} runs in ${environment}`);
  }
  if (rest.length > 0 && !all) {
    const known = [first, ...rest].map(({ service }) => service).join(', ');
    throw new InputError(
      'services-needed',
      `${environment} has several services: add --service with some of ${known}, or --all for all of them`,
    );
  }
  return [first, ...rest];
}

/** What was named must exist; all that does not is said at once. */
function requireKnown(platform: Platform, environment: string | undefined, services: readonly string[]): void {
  const known = { environment: Object.keys(platform.environments), service: Object.keys(platform.services) };
  const problems = [
    ...services.map((name) => unknown('service', name, known.service, platform.file)),
    ...(environment === undefined ? [] : [unknown('environment', environment, known.environment, platform.file)]),
  ].filter((problem) => problem !== undefined);
  const [first] = problems;
  if (first !== undefined) {
    throw new InputError(first.code, problems.map(({ message }) => message).join('\n'));
  }
}

function unknown(
  what: 'service' | 'environment',
  asked: string,
  known: readonly string[],
  file: string,
): { code: string; message: string } | undefined {
  if (known.includes(asked)) {
    return undefined;
  }
  const near = didYouMean(asked, known);
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  const message = `there is no ${what} ${JSON.stringify(asked)} in ${file}; it has ${known.join(', ')}.${advice}`;
  return { code: `unknown-${what}`, message };
}

/** The one that was asked for, which exists, or the only one there is. */
function pick(
  what: 'service' | 'environment',
  asked: string | undefined,
  known: readonly string[],
  file: string,
): string {
  const [only] = known;
  const found = asked ?? (known.length === 1 ? only : undefined);
  if (found === undefined) {
    throw new InputError(
      `${what}-needed`,
      `${file} has several ${what}s; add --${what} with one of ${known.join(', ')}`,
    );
  }
  return found;
}

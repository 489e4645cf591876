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

function pick(
  what: 'service' | 'environment',
  asked: string | undefined,
  known: readonly string[],
  file: string,
): string {
  const [only] = known;
  if (asked === undefined) {
    if (only !== undefined && known.length === 1) {
      return only;
    }
    throw new InputError(
      `${what}-needed`,
      `${file} has several ${what}s; add --${what} with one of ${known.join(', ')}`,
    );
  }
  if (known.includes(asked)) {
    return asked;
  }
  const near = didYouMean(asked, known);
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new InputError(
    `unknown-${what}`,
    `there is no ${what} ${JSON.stringify(asked)} in ${file}; it has ${known.join(', ')}.${advice}`,
  );
}

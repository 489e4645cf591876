/** The rehearsal section of a service: how it runs with no AWS. */
import path from 'node:path';
import type { RehearsalSettings } from '../model/rehearsal.ts';
import { mapValues } from '../records.ts';
import { DEFAULTS } from '../schema/common.ts';
import { shown } from '../schema/fields.ts';
import type { MergedService } from '../schema/service.ts';
import { didYouMean } from '../suggest.ts';
import { type ServiceContext, seconds } from './service-context.ts';

type Rehearsal = NonNullable<MergedService['rehearsal']>;

/** `facts.directory` is the folder of surefoot.yml, where relative paths start. */
export function resolveRehearsal(
  context: ServiceContext,
  rehearsal: Rehearsal,
  facts: { readonly healthPath: string; readonly minimumTasks: number; readonly directory: string },
): RehearsalSettings {
  const [command = 'node', ...args] = rehearsal.command;
  return {
    command: [command, ...args],
    directory: path.resolve(facts.directory, rehearsal.directory ?? DEFAULTS.rehearsalDirectory),
    environment: variables(context, rehearsal.environment ?? {}, ['rehearsal', 'environment']),
    startSeconds: seconds(rehearsal.startDelay ?? DEFAULTS.startDelay),
    images: mapValues(rehearsal.images, (changes, image) =>
      variables(context, changes, ['rehearsal', 'images', image]),
    ),
    initialImage: initialImage(context, rehearsal),
    tasks: rehearsal.tasks ?? facts.minimumTasks,
    scenarios: scenarioImages(context, rehearsal),
    scaling: rehearsal.scaling && { cpu: rehearsal.scaling.cpu, memory: rehearsal.scaling.memory },
    load: {
      path: rehearsal.load.path ?? facts.healthPath,
      requestsPerSecond: rehearsal.load.requestsPerSecond,
      timeoutSeconds: seconds(rehearsal.load.timeout ?? DEFAULTS.loadTimeout),
    },
    healthCheck: healthCheck(context, rehearsal.healthCheck ?? {}),
    deregistrationDelaySeconds: seconds(rehearsal.deregistrationDelay ?? DEFAULTS.deregistrationDelay),
    databases: context.environment.databases,
  };
}

function initialImage(context: ServiceContext, rehearsal: Rehearsal): string {
  const images = Object.keys(rehearsal.images);
  const chosen = rehearsal.initialImage ?? images[0] ?? '';
  if (rehearsal.initialImage !== undefined && !images.includes(chosen)) {
    context.report({
      path: context.at('rehearsal', 'initialImage'),
      what: `is ${shown(chosen)}, which is not among the images`,
      write: didYouMean(chosen, images) ?? images.join(' or '),
      keysOf: [context.at('rehearsal', 'images')],
    });
  }
  return chosen;
}

function scenarioImages(context: ServiceContext, rehearsal: Rehearsal): Readonly<Record<string, string>> {
  const images = Object.keys(rehearsal.images);
  const scenarios = rehearsal.scenarios ?? {};
  for (const [scenario, image] of Object.entries(scenarios)) {
    if (!images.includes(image)) {
      context.report({
        path: context.at('rehearsal', 'scenarios', scenario),
        what: `is ${shown(image)}, which is not among the images`,
        write: didYouMean(image, images) ?? images.join(' or '),
        keysOf: [context.at('rehearsal', 'images')],
      });
    }
  }
  return scenarios;
}

/** The rule is ELBv2's: the time-out of a check is shorter than its interval (CreateTargetGroup). */
function healthCheck(
  context: ServiceContext,
  check: NonNullable<Rehearsal['healthCheck']>,
): RehearsalSettings['healthCheck'] {
  const interval = check.interval ?? DEFAULTS.healthCheckInterval;
  const timeout = check.timeout ?? DEFAULTS.healthCheckTimeout;
  if (seconds(timeout) >= seconds(interval)) {
    context.report({
      path: context.at('rehearsal', 'healthCheck', 'timeout'),
      what: `is ${timeout}, but must be less than the interval of ${interval}`,
      write: DEFAULTS.healthCheckTimeout,
      needs: [context.at('rehearsal', 'healthCheck', 'interval')],
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
function variables(
  context: ServiceContext,
  values: Readonly<Record<string, unknown>>,
  field: readonly string[],
): Record<string, string> {
  const { document } = context.findings;
  return mapValues(values, (value, name) => document.textAt(context.at(...field, name)) ?? String(value));
}

/** Which platform file a command works on. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../platform/model.ts';
import { resolveService } from '../platform/select.ts';
import { shippedFile } from '../tools/package-root.ts';

/** The user's own file, or that of an example. @throws InputError for an example that does not exist. */
export function platformFile(options: { readonly config?: string; readonly platform: string }): string {
  if (options.config !== undefined) {
    return options.config;
  }
  const examples = shippedFile('examples');
  const names = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!names.some((entry) => entry.name === options.platform)) {
    throw new InputError(
      'unknown-platform',
      `there is no example "${options.platform}"; there are ${names.map((entry) => entry.name).join(', ')}. For a platform of your own write --config surefoot.yml`,
    );
  }
  return path.join(examples, options.platform, 'surefoot.yml');
}

/** The service to rehearse. Nothing real can be touched, so where several environments exist the first is taken without asking. */
export function rehearsalTarget(
  platform: Platform,
  options: { readonly environment?: string; readonly service?: string },
): { target: ServiceInEnvironment; environment: Environment } {
  const first = Object.keys(platform.environments)[0];
  const target = resolveService(platform, { environment: options.environment ?? first, service: options.service });
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${target.environment}`);
  }
  return { target, environment };
}

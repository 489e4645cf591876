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
  const names = exampleNames();
  if (!names.includes(options.platform)) {
    throw new InputError(
      'unknown-platform',
      `there is no example "${options.platform}"; there are ${names.join(', ')}. For a platform of your own write --config surefoot.yml`,
    );
  }
  return path.join(shippedFile('examples'), options.platform, 'surefoot.yml');
}

/** The platforms that surefoot ships. */
export function exampleNames(): string[] {
  return readdirSync(shippedFile('examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * The service to rehearse. Nothing real can be touched, so where several environments exist the first is taken without asking, and where
 * only one of several services says how it runs in rehearsal, that one.
 */
export function rehearsalTarget(
  platform: Platform,
  options: { readonly environment?: string; readonly service?: string },
): { target: ServiceInEnvironment; environment: Environment } {
  const name = options.environment ?? Object.keys(platform.environments)[0] ?? '';
  const rehearsed = Object.values(platform.services).filter(({ inEnvironment }) => inEnvironment[name]?.rehearsal);
  const service = options.service ?? (rehearsed.length === 1 ? rehearsed[0]?.key : undefined);
  const target = resolveService(platform, { environment: name, service });
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${target.environment}`);
  }
  return { target, environment };
}

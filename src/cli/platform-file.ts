/** Which platform file a command works on, and the options that the commands of the rehearsal platform share. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
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

/** A factor of at least 1. */
export function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!Number.isFinite(speed) || speed < 1) {
    throw new InvalidArgumentError('write a number of at least 1, such as 20');
  }
  return speed;
}

/** A TCP port; 0 for any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('write a port from 0 to 65535; 0 takes a free one');
  }
  return port;
}

export type Addressing = 'auto' | 'subnets' | 'ports';

/** How tasks are told apart. */
export function parseAddressing(text: string): Addressing {
  if (text !== 'auto' && text !== 'subnets' && text !== 'ports') {
    throw new InvalidArgumentError('write auto, subnets or ports');
  }
  return text;
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

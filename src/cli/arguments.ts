/** Arguments of commands, read strictly. */
import { InvalidArgumentError } from 'commander';

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

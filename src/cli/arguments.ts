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

/** A whole number that random sequences start from. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed) || seed < 0) {
    throw new InvalidArgumentError('write a whole number of 0 or more');
  }
  return seed;
}

export type Addressing = 'auto' | 'subnets' | 'ports';

/** How tasks are told apart. */
export function parseAddressing(text: string): Addressing {
  if (text !== 'auto' && text !== 'subnets' && text !== 'ports') {
    throw new InvalidArgumentError('write auto, subnets or ports');
  }
  return text;
}

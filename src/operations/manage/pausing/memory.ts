/** What a pause remembers, as the value of a tag on the service: any later run, on any machine, can put it back. Pure. */
import type { Service } from '@aws-sdk/client-ecs';
import type { Suspension } from '../../../aws/application-auto-scaling.ts';

export const PAUSE_TAG = 'surefoot:paused';

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * `begun`: nothing but the suspension can have been changed yet, so bounds and desired count are to be read from the service. `held`: all
 * three may have been changed, and the memory is the only place that knows them.
 */
export interface Memory {
  readonly phase: 'begun' | 'held';
  readonly desired: number;
  /** Undefined for a service that is no scalable target. */
  readonly scaling: (Bounds & { readonly suspended: Suspension }) | undefined;
  /** When the pause began, to the second. */
  readonly since: Date;
}

/** As a tag value: at most 256 of the characters that AWS allows there (letters, digits, space, `_ . : / = + - @`). */
export function encodeMemory({ phase, desired, scaling, since }: Memory): string {
  const parts = [`v1 ${phase}`, `since=${since.toISOString().slice(0, 19)}Z`, `desired=${desired}`];
  if (scaling !== undefined) {
    const { scaleIn, scaleOut, scheduled } = scaling.suspended;
    const flags = [scaleIn ? 'in' : '', scaleOut ? 'out' : '', scheduled ? 'scheduled' : ''].filter(Boolean);
    parts.push(`bounds=${scaling.minimum}:${scaling.maximum}`, `suspended=${flags.join('+') || '-'}`);
  }
  return parts.join(' ');
}

const VALUE =
  /^v1 (begun|held) since=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) desired=(\d+)(?: bounds=(\d+):(\d+) suspended=(-|[a-z+]+))?$/;

/** Undefined when the value is not one of ours. */
export function decodeMemory(value: string): Memory | undefined {
  const [, phase, since = '', desired, minimum, maximum, flags = ''] = VALUE.exec(value) ?? [];
  if (phase === undefined || Number.isNaN(Date.parse(since))) {
    return undefined;
  }
  const suspended = flags.split('+');
  return {
    phase: phase === 'held' ? 'held' : 'begun',
    desired: Number(desired),
    scaling:
      minimum === undefined
        ? undefined
        : {
            minimum: Number(minimum),
            maximum: Number(maximum),
            suspended: {
              scaleIn: suspended.includes('in'),
              scaleOut: suspended.includes('out'),
              scheduled: suspended.includes('scheduled'),
            },
          },
    since: new Date(since),
  };
}

/** What the service's tag says: a memory, `unreadable` for a tag that no version of this program wrote, undefined without a tag. */
export function memoryOn(service: Pick<Service, 'tags'>): Memory | 'unreadable' | undefined {
  const value = service.tags?.find((tag) => tag.key === PAUSE_TAG)?.value;
  return value === undefined ? undefined : (decodeMemory(value) ?? 'unreadable');
}

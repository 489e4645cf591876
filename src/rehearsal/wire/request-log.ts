/**
 * The most recent requests to the platform, for diagnostics and for counting the AWS calls that a deployment costs. What the
 * platform's services read of each other (target health, several times a second) would drive out everything else, so it is left out.
 */
import type { ServiceId } from './operation.ts';

export interface RequestRecord {
  readonly service: ServiceId | 'unknown';
  readonly operation: string;
  readonly at: Date;
  /** HTTP status; a call in process has the one it would have had. */
  readonly status: number;
  /** The error's code, if there was one. */
  readonly code?: string;
  /** `client` came over the wire; `platform` is one service of the platform calling another. */
  readonly origin: 'client' | 'platform';
}

export interface RequestLog {
  /** Notes a request; a successful read of one service by another is not kept. */
  add(record: RequestRecord): void;
  /** A copy, oldest first. */
  recent(): readonly RequestRecord[];
}

/** A log that keeps the last `capacity` records. */
export function createRequestLog(capacity = 10_000): RequestLog {
  const ring: RequestRecord[] = [];
  let next = 0;
  return {
    add: (record) => {
      if (isRoutineRead(record)) {
        return;
      }
      ring[next] = record;
      next = (next + 1) % capacity;
    },
    recent: () => (ring.length < capacity ? [...ring] : [...ring.slice(next), ...ring.slice(0, next)]),
  };
}

function isRoutineRead({ origin, operation, code }: RequestRecord): boolean {
  return origin === 'platform' && code === undefined && /^(Describe|List|Get)/.test(operation);
}

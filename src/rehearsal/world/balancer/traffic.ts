/** Counts what the load balancer did, second by second, in the classes that CloudWatch's AWS/ApplicationELB metrics are made of. */
import { addToBuckets, type Buckets } from '../../../statistics/log-histogram.ts';
import type { TrafficRow } from './protocol.ts';

type Counts = { -readonly [K in keyof TrafficRow]: TrafficRow[K] };
/** A row that is still being counted. */
export type OpenRow = Omit<Counts, 'responseTime'> & { readonly responseTime: Buckets };

function emptyRow(loadBalancer: string, targetGroup: string | null, zone: string | null): OpenRow {
  return {
    loadBalancer,
    targetGroup,
    zone,
    requests: 0,
    target2xx: 0,
    target3xx: 0,
    target4xx: 0,
    target5xx: 0,
    elb4xx: 0,
    elb502: 0,
    elb503: 0,
    elb504: 0,
    clientClosed: 0,
    connectionErrors: 0,
    failOpenRequests: 0,
    responseTime: new Map(),
    responseTimeSum: 0,
  };
}

/** Adds a code that a target answered. */
export function countTargetStatus(row: OpenRow, status: number): void {
  if (status < 300) {
    row.target2xx++;
  } else if (status < 400) {
    row.target3xx++;
  } else if (status < 500) {
    row.target4xx++;
  } else {
    row.target5xx++;
  }
}

/** Adds a code that the load balancer made itself; a fixed response outside these classes counts as a request only. */
export function countOwnStatus(row: OpenRow, status: number): void {
  if (status === 502) {
    row.elb502++;
  } else if (status === 503) {
    row.elb503++;
  } else if (status === 504) {
    row.elb504++;
  } else if (status >= 400 && status < 500) {
    row.elb4xx++;
  }
}

/** Adds the seconds until a target's response headers. */
export function countResponseTime(row: OpenRow, seconds: number): void {
  addToBuckets(row.responseTime, seconds);
  row.responseTimeSum += seconds;
}

/**
 * Rows of the current second and of seconds not yet reported. Every finished request is in exactly one row and, but for fixed
 * responses outside 4xx and 502 to 504, in exactly one of its classes: requests = target2xx + … + elb504 + clientClosed.
 */
export class TrafficCounter {
  readonly #seconds = new Map<number, Map<string, OpenRow>>();
  readonly #now: () => number;
  #second = -1;
  #rows = new Map<string, OpenRow>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The row for a request that ends now. */
  row(loadBalancer: string, targetGroup: string | null, zone: string | null): OpenRow {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#rows = this.#seconds.get(second) ?? new Map();
      this.#seconds.set(second, this.#rows);
    }
    const key = targetGroup === null ? loadBalancer : `${loadBalancer} ${targetGroup} ${zone}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = emptyRow(loadBalancer, targetGroup, zone);
      this.#rows.set(key, row);
    }
    return row;
  }

  /** Takes out the seconds before `second` (epoch seconds; Infinity for all), oldest first. */
  take(second: number): { readonly second: number; readonly rows: readonly TrafficRow[] }[] {
    const done = [...this.#seconds.keys()].filter((key) => key < second).sort((a, b) => a - b);
    return done.map((key) => {
      const rows = [...(this.#seconds.get(key)?.values() ?? [])];
      this.#seconds.delete(key);
      if (key === this.#second) {
        this.#second = -1;
      }
      return { second: key, rows: rows.map((row) => ({ ...row, responseTime: [...row.responseTime] })) };
    });
  }
}

/** What the tests of this folder share: a clock whose hands they turn, and plain traffic rows. */
import type { Operation, RequestContext } from '../../../src/rehearsal/wire/operation.ts';
import type { TrafficRow } from '../../../src/rehearsal/world/balancer/protocol.ts';
import { createClock, type RehearsalClock } from '../../../src/rehearsal/world/clock.ts';
import { addToBuckets, type Buckets } from '../../../src/statistics/log-histogram.ts';

/** An epoch second on the grid of every period in use here. */
export const DAY_START = 1_790_208_000;

/** A clock that stands still until it is set; its waits are real. */
export function settableClock(second: number): { readonly clock: RehearsalClock; set(second: number): void } {
  let now = second;
  return {
    clock: { ...createClock(1), now: () => new Date(now * 1000) },
    set(next) {
      now = next;
    },
  };
}

export function trafficRow(values: Partial<TrafficRow> = {}): TrafficRow {
  return {
    loadBalancer: 'app/web/1',
    targetGroup: 'targetgroup/blue/2',
    zone: 'ca-central-1a',
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
    responseTime: [],
    responseTimeSum: 0,
    ...values,
  };
}

/** Values as the balancer reports them. */
export function bucketsOf(values: readonly number[]): Buckets {
  const buckets: Buckets = new Map();
  for (const value of values) {
    addToBuckets(buckets, value);
  }
  return buckets;
}

/** Calls one operation's handler, as the wire layer does. */
export async function call<Output>(operations: readonly Operation[], name: string, input: object): Promise<Output> {
  const operation = operations.find((candidate) => candidate.name === name);
  if (operation === undefined) {
    throw new Error(`there is no operation ${name}`);
  }
  const context: RequestContext = { region: 'ca-central-1', accountId: '000000000000', requestId: 'test' };
  return (await operation.handle(input, context)) as Output;
}

/** Reads the good and bad requests of a service from CloudWatch, for all of its objectives at once. */
import type { MetricPoints, MetricRequest } from '../../../aws/cloudwatch/cloudwatch.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import type { Counts } from '../../../statistics/burn-rate.ts';
import type { Ports } from '../../ports.ts';
import type { Source } from './source.ts';
import type { Span } from './windows.ts';

/** By the start of its period, in seconds since 1970. A period without requests is absent. */
export type CountsByPeriod = ReadonlyMap<number, Counts>;

type Metered = Pick<Objective, 'name' | 'indicator' | 'thresholdSeconds'>;

/** One statistic of one metric of the load balancer. */
export type Counter = Omit<MetricRequest, 'id' | 'namespace'>;

export const COUNTERS_NAMESPACE = 'AWS/ApplicationELB';

/** What is counted of each objective, by its name: one call for each span, whatever the number of objectives. */
export async function readCounts(
  source: Source,
  objectives: readonly Metered[],
  spans: readonly Span[],
  ports: Pick<Ports, 'aws'>,
): Promise<ReadonlyMap<string, CountsByPeriod>> {
  const meters = new Map(objectives.map((objective) => [objective.name, meterOf(source, objective)]));
  // The same counter may serve several objectives, and is asked for once.
  const counters = new Map(
    [...meters.values()].flatMap((meter) => meter.counters).map((counter) => [keyOf(counter), counter]),
  );
  const ids = new Map([...counters.keys()].map((key, index) => [key, `m${index}`]));
  const requests = [...counters].map(
    ([key, counter]): MetricRequest => ({ ...counter, id: ids.get(key) ?? '', namespace: COUNTERS_NAMESPACE }),
  );
  const parts = await Promise.all(
    spans
      .filter(({ start, end }) => end > start)
      .map(({ start, end, periodSeconds }) =>
        ports.aws.cloudwatch.metrics(requests, {
          start: new Date(start * 1000),
          end: new Date(end * 1000),
          periodSeconds,
        }),
      ),
  );
  const none: MetricPoints = new Map();
  return new Map(
    [...meters].map(([name, meter]) => {
      const counted = parts.flatMap((points) => [
        ...meter.count(meter.counters.map((counter) => points.get(ids.get(keyOf(counter)) ?? '') ?? none)),
      ]);
      return [name, new Map(counted)] as const;
    }),
  );
}

interface Meter extends Terms {
  /** From the points of each counter, in their order. */
  readonly count: (points: readonly MetricPoints[]) => CountsByPeriod;
}

/** Which counters add up to all requests, and which to those that are bad. */
export interface Terms {
  readonly counters: readonly Counter[];
  /** Places in `counters`. */
  readonly total: readonly number[];
  readonly bad: readonly number[];
}

/** What an objective's requests are summed from: for whoever computes them elsewhere, such as an alarm of CloudWatch. */
export function termsOf(source: Source, objective: Metered): Terms {
  const { counters, total, bad } = meterOf(source, objective);
  return { counters, total, bad };
}

function keyOf({ name, stat, dimensions }: Counter): string {
  return JSON.stringify([name, stat, dimensions]);
}

function meterOf(source: Source, { indicator, thresholdSeconds }: Metered): Meter {
  if (indicator === 'latency') {
    return latencyOf(source, thresholdSeconds ?? 0);
  }
  return source.counted === 'load-balancer' ? availabilityOfBalancer(source) : availabilityOfGroups(source);
}

/**
 * RequestCount leaves out what no target was chosen for; that is HTTPCode_ELB_503_Count, the outage that matters most. Failed are all
 * answers with a 5XX, the targets' and the load balancer's own.
 * Source: "CloudWatch metrics for your Application Load Balancer" (Elastic Load Balancing user guide)
 */
function availabilityOfBalancer({ loadBalancer }: Source): Meter {
  const names = ['RequestCount', 'HTTPCode_ELB_503_Count', 'HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'];
  return {
    counters: names.map((name) => ({ name, stat: 'Sum', dimensions: { LoadBalancer: loadBalancer } })),
    total: [0, 1],
    bad: [2, 3],
    count: ([chosen, unserved, ofTargets, ofBalancer]) =>
      eachPeriod([chosen, unserved], (at) => {
        const bad = at(ofTargets) + at(ofBalancer);
        return { requests: Math.max(at(chosen) + at(unserved), bad), bad };
      }),
  };
}

/** The load balancer's own answers have no target group; of them only connections that failed can be told to be this service's. */
function availabilityOfGroups(source: Source): Meter {
  const names = ['RequestCount', 'HTTPCode_Target_5XX_Count', 'TargetConnectionErrorCount'];
  return together(source.targetGroups, (dimensions) => ({
    counters: names.map((name) => ({
      name,
      stat: 'Sum',
      dimensions: { ...dimensions, LoadBalancer: source.loadBalancer },
    })),
    total: [0],
    bad: [1, 2],
    count: ([requests, failed, refused]) =>
      eachPeriod([requests], (at) => ({
        requests: at(requests),
        bad: Math.min(at(requests), at(failed) + at(refused)),
      })),
  }));
}

/** TC(t:) counts the values above t (AWS: "CloudWatch statistics definitions"). Only what a target answered has a response time. */
function latencyOf(source: Source, thresholdSeconds: number): Meter {
  const stats = ['SampleCount', `TC(${thresholdSeconds}:)`];
  const meter = (dimensions: object): Meter => ({
    counters: stats.map((stat) => ({
      name: 'TargetResponseTime',
      stat,
      dimensions: { ...dimensions, LoadBalancer: source.loadBalancer },
    })),
    total: [0],
    bad: [1],
    count: ([answered, slow]) =>
      eachPeriod([answered], (at) => ({ requests: at(answered), bad: Math.min(at(answered), at(slow)) })),
  });
  return source.counted === 'load-balancer' ? meter({}) : together(source.targetGroups, meter);
}

/** One meter of several target groups, each counted by itself. */
function together(targetGroups: readonly string[], meterOf: (dimensions: { TargetGroup: string }) => Meter): Meter {
  const meters = targetGroups.map((TargetGroup) => meterOf({ TargetGroup }));
  const placed = (of: (meter: Meter) => readonly number[]) =>
    meters.flatMap((meter, index) => of(meter).map((place) => place + index * meter.counters.length));
  return {
    counters: meters.flatMap(({ counters }) => counters),
    total: placed((meter) => meter.total),
    bad: placed((meter) => meter.bad),
    count: (points) => {
      const total = new Map<number, Counts>();
      const width = points.length / meters.length;
      for (const [index, { count }] of meters.entries()) {
        for (const [second, { requests, bad }] of count(points.slice(index * width, (index + 1) * width))) {
          const before = total.get(second) ?? { requests: 0, bad: 0 };
          total.set(second, { requests: before.requests + requests, bad: before.bad + bad });
        }
      }
      return total;
    },
  };
}

type At = (points: MetricPoints | undefined) => number;

/** Counts each period that `totals` has a point of; the counters are sparse, and one that is missing there is zero. */
function eachPeriod(totals: readonly (MetricPoints | undefined)[], count: (at: At) => Counts): CountsByPeriod {
  const seconds = new Set(totals.flatMap((points) => [...(points?.keys() ?? [])]));
  const counted = [...seconds]
    .sort((a, b) => a - b)
    .map((second) => [second, count((points) => Math.round(points?.get(second) ?? 0))] as const);
  return new Map(counted.filter(([, { requests }]) => requests > 0));
}

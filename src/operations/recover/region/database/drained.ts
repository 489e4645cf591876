/**
 * Nothing that was acknowledged may be lost when a replica is promoted while both regions are well: first nobody writes to the old
 * database any more, then the replica has all of it.
 */
import { findSource } from '../../../common/slo/source.ts';
import { StepFailed } from '../../request.ts';
import type { RegionInputs, RegionPorts } from '../request.ts';
import type { TrafficSeen } from '../traffic/traffic-switch.ts';
import { progressOf } from './replicas.ts';

/** Clients that keep their connections stay where they are, however DNS answers; ALBs keep those for up to an hour. */
const LIMIT_SECONDS = 15 * 60;
/** On AWS: two periods of a minute without a request, looked at when they have been told. In a rehearsal metrics have periods of 5 s. */
const ON_AWS = { period: 60, quiet: 120, told: 120 };
const IN_REHEARSAL = { period: 5, quiet: 10, told: 5 };

/** Resolves with the moment from which on nobody was served by the region that is left. @throws StepFailed where somebody still is */
export async function untilUnused(inputs: RegionInputs, split: TrafficSeen, ports: RegionPorts): Promise<Date> {
  const { clock, signal, reporter } = ports;
  const { period, quiet, told } = inputs.speed === undefined ? ON_AWS : IN_REHEARSAL;
  const begin = clock.now().getTime() + split.ttlSeconds * 1000;
  const sources = await sourcesOf(inputs, ports);
  for (;;) {
    const until = Math.floor((clock.now().getTime() / 1000 - told) / period) * period;
    const from = until - quiet;
    const waiting = from * 1000 < begin;
    const count = waiting ? undefined : await requestsAt(sources, from, until, period, ports);
    if (count === 0) {
      return new Date(from * 1000);
    }
    if (clock.now().getTime() > begin + LIMIT_SECONDS * 1000) {
      throw new StepFailed(
        'still-used',
        `${count} requests came to ${inputs.from.name} within the last ${quiet} s, although users are sent to ${inputs.to.name}: clients keep their connections. Nothing was promoted; end them (restart the services there), and run the same command again`,
      );
    }
    reporter.progress(
      count === undefined ? 'resolvers forget the old answer' : `${count} requests still came to ${inputs.from.name}`,
    );
    await clock.sleep(period * 500, signal);
  }
}

async function sourcesOf({ pairs }: RegionInputs, { awsOfSource }: RegionPorts) {
  if (awsOfSource === undefined) {
    throw new Error('the region that is left is not asked in a disaster');
  }
  const found = await Promise.all(
    pairs.map(async ({ from }) => {
      const service = await awsOfSource.ecs.service(from.cluster, from.ecsService);
      return service === undefined ? undefined : findSource(service, { aws: awsOfSource });
    }),
  );
  // A service without a load balancer has no users that DNS sends.
  return found.flatMap((source) => (source === undefined || 'code' in source ? [] : [source.loadBalancer]));
}

async function requestsAt(
  loadBalancers: readonly string[],
  from: number,
  until: number,
  periodSeconds: number,
  { awsOfSource }: RegionPorts,
): Promise<number> {
  const requests = [...new Set(loadBalancers)].map((LoadBalancer, index) => ({
    id: `m${index}`,
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCount',
    dimensions: { LoadBalancer },
    stat: 'Sum',
  }));
  const window = { start: new Date(from * 1000), end: new Date(until * 1000), periodSeconds };
  const points = requests.length === 0 ? undefined : await awsOfSource?.cloudwatch.metrics(requests, window);
  return [...(points?.values() ?? [])].flatMap((each) => [...each.values()]).reduce((sum, one) => sum + one, 0);
}

/**
 * Waits until every replica has all that was written until `unusedSince`. An idle PostgreSQL tells a lag of up to five minutes, which is how
 * long ago anything was written (AWS: Monitoring read replication): it is waited out. @throws StepFailed where one does not come there
 */
export async function untilCaughtUp(
  names: readonly string[],
  unusedSince: Date,
  inputs: RegionInputs,
  ports: RegionPorts,
): Promise<string> {
  const { clock, signal, reporter } = ports;
  const limit = clock.now().getTime() + LIMIT_SECONDS * 1000;
  for (;;) {
    const progress = await Promise.all(names.map((name) => progressOf(name, inputs, ports)));
    const behind = names.filter((_, index) => {
      const replayed = progress[index]?.replayedUntil;
      return replayed === undefined || replayed < unusedSince;
    });
    if (behind.length === 0) {
      return `${names.join(', ')}: all that was written until ${unusedSince.toISOString()} is there`;
    }
    if (clock.now().getTime() > limit) {
      throw new StepFailed(
        'not-caught-up',
        `${behind.join(', ')} does not have all that was written until ${unusedSince.toISOString()}: nothing was promoted. Look at the replication, and run the same command again`,
      );
    }
    reporter.progress(`${behind.join(', ')}: still behind`);
    await clock.sleep(inputs.speed === undefined ? 15_000 : 1000, signal);
  }
}

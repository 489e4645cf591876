/** `ReplicaLag` of replicas in other regions, as RDS publishes it. */
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import type { CrossRegionDatabase, RegionInstance } from '../world/database/cross-region.ts';
import { LagMeter } from './lag.ts';

const LOOK_EACH_MS = 500;
const ANSWER_WITHIN_MS = 400;

/** Looks at each replica and its source, and records how far it is behind, in the replica's region. Returns what ends it. */
export function reportLag(database: CrossRegionDatabase, sinks: Readonly<Record<string, MetricSink>>): () => void {
  const meters = new Map<string, LagMeter>();
  const all = () => Object.keys(sinks).flatMap((region) => database.instances(region));
  const look = async () => {
    const instances = all();
    for (const replica of instances.filter(({ source }) => source !== undefined)) {
      const source = instances.find(
        ({ name, region }) => name === replica.source?.name && region === replica.source?.region,
      );
      const seconds = source === undefined ? undefined : await lagOf(replica, source, meters);
      if (seconds !== undefined) {
        const key = { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: { DBInstanceIdentifier: replica.name } };
        const sample = { at: new Date(), unit: 'Seconds', count: 1, sum: seconds, minimum: seconds, maximum: seconds };
        sinks[replica.region]?.record(key, sample);
      }
    }
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EACH_MS);
  return () => clearInterval(timer);
}

/** Undefined when one of them does not answer: RDS then publishes nothing either. */
async function lagOf(replica: RegionInstance, source: RegionInstance, meters: Map<string, LagMeter>) {
  const key = `${replica.region} ${replica.name}`;
  const meter = meters.get(key) ?? new LagMeter();
  meters.set(key, meter);
  const position = await positionOf(source);
  if (position !== undefined) {
    meter.note(Date.now(), position);
  }
  const applied = position === undefined ? undefined : await positionOf(replica);
  return applied === undefined ? undefined : meter.lagSeconds(Date.now(), applied);
}

async function positionOf({ address: { host, port } }: RegionInstance): Promise<number | undefined> {
  try {
    const answer = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return ((await answer.json()) as { readonly position: number }).position;
  } catch {
    return undefined;
  }
}

/** Replicas that become databases of their own: how far they have come, and their promotion. */
import type { RdsReplicaGateway, ReplicaFacts } from '../../../../aws/rds/replicas.ts';
import { patiently } from '../../../common/patience.ts';
import { lookEveryMs } from '../../../common/polling.ts';
import type { Run } from '../../journal.ts';
import { StepFailed } from '../../request.ts';
import type { RegionInputs, RegionPorts } from '../request.ts';

export interface DatabaseFacts {
  readonly name: string;
  /** Undefined: there is no such instance. */
  readonly replica: ReplicaFacts | undefined;
  readonly progress: Progress | undefined;
  /** How to make it where there is none. */
  readonly making?: string;
}

/** What a replica has: everything that was written until then. */
export interface Progress {
  readonly lagSeconds: number;
  /** When that was measured. */
  readonly at: Date;
  readonly replayedUntil: Date;
}

/** `ReplicaLag` is there each minute; it may take two more to be told (AWS: Monitoring read replication). */
const LOOK_BACK_MS = 10 * 60_000;
/** "Several minutes" (AWS), and nobody is served meanwhile anyway. */
const PROMOTION_SECONDS = 30 * 60;
/** Of a promotion that takes a few seconds, every tenth counts. */
const LOOK_REHEARSED_MS = 250;

/** Under which the journal keeps which databases are promoted: a replica that was promoted is nobody's replica any more. */
export const DATABASES_KEY = 'databases';

/** Those that the standby names; on the way back what replicates from them into the region that takes over. */
export async function databaseFacts(
  inputs: RegionInputs,
  { settled }: Pick<Run, 'settled'>,
  ports: RegionPorts,
): Promise<DatabaseFacts[]> {
  const known = settled[DATABASES_KEY]?.split(',') ?? (inputs.direction === 'failover' ? inputs.standby.replicas : []);
  const named =
    known.length > 0
      ? known.map((name): Named => ({ name }))
      : await replicasBack(inputs, ports.awsOfSource?.rdsReplicas);
  return Promise.all(
    named.map(async ({ name, making }) => {
      const replica = await ports.aws.rdsReplicas.instance(name);
      const progress = replica?.source === undefined ? undefined : await progressOf(name, inputs, ports);
      return { name, replica, progress, ...(making === undefined ? {} : { making }) };
    }),
  );
}

type Named = Pick<DatabaseFacts, 'name' | 'making'>;

/** Where nothing was promoted there is none. Without a replica that leads back, the database itself is named: it is found missing. */
async function replicasBack(
  { standby, to, from }: RegionInputs,
  source: RdsReplicaGateway | undefined,
): Promise<readonly Named[]> {
  const found = await Promise.all(
    standby.replicas.map(async (name): Promise<Named[]> => {
      const instance = await source?.instance(name);
      if (instance?.source !== undefined) {
        return [];
      }
      const back = instance?.replicas.map((one) => one.split(':'));
      const here = back
        ?.filter((parts) => parts.length === 1 || parts[3] === to.region)
        .map((parts) => ({ name: parts.at(-1) ?? '' }));
      const making = instance && makingReplica(instance.arn, `${name}-back`, from.region, to.region);
      return here === undefined || here.length === 0
        ? [{ name: `replica of ${name}`, ...(making === undefined ? {} : { making }) }]
        : here;
    }),
  );
  return found.flat();
}

/** What a person runs. Network, parameter group and key are those of the place, which nobody here knows. */
export function makingReplica(sourceArn: string, name: string, fromRegion: string, toRegion: string): string {
  return `aws rds create-db-instance-read-replica --region ${toRegion} --source-region ${fromRegion} --source-db-instance-identifier ${sourceArn} --db-instance-identifier ${name} --db-subnet-group-name … --vpc-security-group-ids …`;
}

/** The newest value of `ReplicaLag`, as of the beginning of its period; undefined where there is none. */
export async function progressOf(
  name: string,
  { speed }: Pick<RegionInputs, 'speed'>,
  { aws, clock }: Pick<RegionPorts, 'aws' | 'clock'>,
): Promise<Progress | undefined> {
  const end = clock.now();
  const request = {
    id: 'lag',
    namespace: 'AWS/RDS',
    name: 'ReplicaLag',
    dimensions: { DBInstanceIdentifier: name },
    stat: 'Maximum',
  };
  const window = { start: new Date(end.getTime() - LOOK_BACK_MS), end, periodSeconds: speed === undefined ? 60 : 5 };
  const points = (await aws.cloudwatch.metrics([request], window)).get('lag') ?? new Map<number, number>();
  const newest = Math.max(...points.keys());
  const lagSeconds = points.get(newest);
  // RDS for MySQL says -1 where replication is not active.
  if (lagSeconds === undefined || lagSeconds < 0) {
    return undefined;
  }
  return { lagSeconds, at: new Date(newest * 1000), replayedUntil: new Date((newest - lagSeconds) * 1000) };
}

/** Asks for the promotion of those that are still replicas; `asked` gets the names of those that RDS took. */
export async function beginPromotion(names: readonly string[], asked: Set<string>, ports: RegionPorts): Promise<void> {
  for (const name of names.filter((each) => !asked.has(each))) {
    const { source } = await required(name, ports);
    if (source !== undefined && (await ports.aws.rdsReplicas.promote(name))) {
      asked.add(name);
    }
  }
}

/** Promotes and waits until each is a database of its own that takes writes. @throws StepFailed when that takes too long */
export async function promoteAll(
  names: readonly string[],
  asked: Set<string>,
  speed: number | undefined,
  ports: RegionPorts,
): Promise<string> {
  const { clock, signal, reporter } = ports;
  const deadline = clock.now().getTime() + PROMOTION_SECONDS * 1000;
  for (;;) {
    // RDS refuses the call while it works on an instance, be it on this very promotion: it is asked again.
    await patiently(() => beginPromotion(names, asked, ports), ports);
    const left = await patiently(async () => notPromoted(names, ports), ports);
    if (left.length === 0) {
      return `${names.join(', ')} ${names.length === 1 ? 'is a database' : 'are databases'} of ${names.length === 1 ? 'its' : 'their'} own`;
    }
    if (clock.now().getTime() > deadline) {
      throw new StepFailed('not-promoted', `${left.join('; ')}, ${PROMOTION_SECONDS / 60} min after its promotion`);
    }
    reporter.progress(left.join('; '));
    await clock.sleep(speed === undefined ? lookEveryMs(speed) : LOOK_REHEARSED_MS, signal);
  }
}

/** What is not yet a database of its own, in words. */
export async function notPromoted(names: readonly string[], ports: RegionPorts): Promise<string[]> {
  const all = await Promise.all(names.map((name) => required(name, ports)));
  return all.flatMap(({ name, source, status }) =>
    source === undefined && status === 'available'
      ? []
      : [`${name} is ${status}${source === undefined ? '' : `, a replica of ${source}`}`],
  );
}

/** Which of them are replicas that nothing is done to; and what is told of those that RDS works on. */
export async function replicasAmong(names: readonly string[], ports: RegionPorts) {
  const all = await patiently(() => Promise.all(names.map((name) => required(name, ports))), ports);
  const left = all.filter(({ source }) => source !== undefined);
  return {
    replicas: left.filter(({ status }) => status === 'available').map(({ name }) => name),
    unclear: left
      .filter(({ status }) => status !== 'available')
      .map(({ name, status }) => `${name} is a replica, and ${status}`),
  };
}

async function required(name: string, { aws }: RegionPorts): Promise<ReplicaFacts> {
  const found = await aws.rdsReplicas.instance(name);
  if (found === undefined) {
    throw new StepFailed('replica-missing', `there is no DB instance "${name}" any more`);
  }
  return found;
}

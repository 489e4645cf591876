/** Records of Route 53 for the name that users know: one for each region, weighted or of the failover policy, of each type. */
import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { ResourceRecordSet } from '../../../../aws/route53.ts';
import type { StandbySettings } from '../../../../platform/model/resilience.ts';
import type { Reason } from '../../../../report/evidence.ts';
import { patiently } from '../../../common/patience.ts';
import { lookEveryMs } from '../../../common/polling.ts';
import { StepFailed } from '../../request.ts';
import type { RegionInputs, RegionPorts } from '../request.ts';
import type { TrafficSeen, TrafficSwitch } from './traffic-switch.ts';

type Dns = NonNullable<StandbySettings['dns']>;

/** The records of one type. */
interface Pair {
  readonly type: string;
  readonly to: ResourceRecordSet;
  readonly from: ResourceRecordSet;
}

interface Found {
  readonly zone: string | undefined;
  readonly pairs: readonly Pair[];
  readonly refusals: readonly Reason[];
}

const SWITCHED = new Set(['A', 'AAAA', 'CNAME']);
/** Of an alias to a load balancer (AWS: Choosing between alias and non-alias records). */
const ALIAS_TTL_SECONDS = 60;
/** Route 53's servers have a change "usually within 60 seconds" (AWS: ChangeResourceRecordSets). */
const IN_SYNC_SECONDS = 300;
/** Where changes of records are made, whatever region they are about. */
const CONTROL_PLANE = 'us-east-1';

/** @param balancers of the services that take over: the records that lead to them are theirs */
export function recordsSwitch(
  inputs: RegionInputs,
  dns: Dns,
  balancers: readonly LoadBalancer[],
  ports: RegionPorts,
): TrafficSwitch {
  const find = () => findRecords(inputs, dns, balancers, ports);
  return {
    async look() {
      const found = await find();
      const healthy = await unhealthyNotes(found.pairs, inputs, ports);
      return seenOf(found, healthy, inputs);
    },
    async shift(percent) {
      const { zone, pairs, refusals } = await find();
      const [refusal] = refusals;
      if (zone === undefined || refusal !== undefined) {
        throw new StepFailed(refusal?.code ?? 'no-records', refusal?.message ?? 'the records are gone');
      }
      const records = pairs.flatMap((pair) => shifted(pair, percent));
      const change = await ports.aws.route53.upsert(zone, records, `surefoot: ${percent} % to ${inputs.to.name}`);
      await untilInSync(change, inputs, ports);
      return `${dns.name}: ${pairs.map((pair) => described(shiftedPair(pair, percent), inputs)).join('; ')}`;
    },
  };
}

async function findRecords(
  inputs: RegionInputs,
  dns: Dns,
  balancers: readonly LoadBalancer[],
  { aws }: RegionPorts,
): Promise<Found> {
  const zone = dns.hostedZone ?? (await aws.route53.publicZonesOf(dns.name))[0]?.id;
  if (zone === undefined) {
    const message = `Route 53 has no public hosted zone for ${dns.name}: name it in surefoot.yml (standby.dns.hostedZone), or check the credentials`;
    return { zone, pairs: [], refusals: [{ code: 'no-hosted-zone', message }] };
  }
  const records = (await aws.route53.records(zone, dns.name)).filter(({ Type = '' }) => SWITCHED.has(Type));
  const names = await balancerNames(balancers, aws);
  const types = [...new Set(records.map(({ Type = '' }) => Type))].sort();
  const sorted = types.map((type) =>
    pairOf(
      type,
      records.filter((one) => one.Type === type),
      names,
      inputs,
      dns,
    ),
  );
  const refusals = sorted.flatMap((one) => ('code' in one ? [one] : []));
  if (types.length === 0) {
    const message = `${dns.name} has no record of type A, AAAA or CNAME in the hosted zone ${zone}: make a weighted or a failover record for each of the two regions`;
    refusals.push({ code: 'no-records', message });
  }
  return { zone, pairs: sorted.flatMap((one) => ('code' in one ? [] : [one])), refusals };
}

async function balancerNames(
  balancers: readonly LoadBalancer[],
  aws: RegionPorts['aws'],
): Promise<ReadonlySet<string>> {
  const groups = balancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  if (groups.length === 0) {
    return new Set();
  }
  const described = await aws.elbv2.targetGroups(groups);
  const arns = [...new Set(described.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))];
  const found = arns.length === 0 ? [] : await aws.elbv2.loadBalancers(arns);
  return new Set(found.flatMap(({ DNSName }) => (DNSName === undefined ? [] : [bare(DNSName)])));
}

function pairOf(
  type: string,
  records: readonly ResourceRecordSet[],
  balancers: ReadonlySet<string>,
  { direction, to, from }: RegionInputs,
  dns: Dns,
): Pair | Reason {
  const [ours, theirs] =
    direction === 'failover' ? [dns.standbyRecord, dns.primaryRecord] : [dns.primaryRecord, dns.standbyRecord];
  const what = `${dns.name} (${type})`;
  const is = (record: ResourceRecordSet, named: string | undefined) => record.SetIdentifier === named;
  const leads = records.filter((one) =>
    ours !== undefined
      ? is(one, ours)
      : theirs !== undefined
        ? !is(one, theirs)
        : targetsOf(one).some((target) => balancers.has(target)),
  );
  const rest = records.filter((one) => !leads.includes(one) && (theirs === undefined || is(one, theirs)));
  const [mine, other] = [leads[0], rest[0]];
  if (
    mine === undefined ||
    other === undefined ||
    leads.length + rest.length !== records.length ||
    records.length !== 2
  ) {
    const listed = records.map(
      (one) => `${one.SetIdentifier ?? 'one without a set identifier'} → ${targetsOf(one).join(', ')}`,
    );
    return {
      code: 'records-unclear',
      message: `of the records of ${what} one must lead to ${to.name} and one to ${from.name}, and there are: ${listed.join('; ')}. Say which is which in surefoot.yml (standby.dns.primaryRecord, standbyRecord)`,
    };
  }
  const both = [mine, other];
  const weighted = both.every(({ Weight }) => Weight !== undefined);
  const failover = both.every(({ Failover }) => Failover !== undefined);
  return weighted || failover
    ? { type, to: mine, from: other }
    : {
        code: 'records-not-switchable',
        message: `the records of ${what} are neither weighted nor of the failover policy, so that nothing can be switched in them: change their routing policy, or use routing controls`,
      };
}

/** Names without the dot at their end and what ALBs' aliases begin with; or addresses. */
function targetsOf({ AliasTarget, ResourceRecords = [] }: ResourceRecordSet): string[] {
  const alias = AliasTarget?.DNSName;
  return [...(alias === undefined ? [] : [alias]), ...ResourceRecords.flatMap(({ Value }) => Value ?? [])].map(bare);
}

function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
}

/** Health checks that Route 53 takes for failed: it would not answer with that record. */
async function unhealthyNotes(pairs: readonly Pair[], { to }: RegionInputs, { aws }: RegionPorts): Promise<Reason[]> {
  const ids = [...new Set(pairs.flatMap((pair) => pair.to.HealthCheckId ?? []))];
  const passing = await Promise.all(ids.map((id) => aws.route53.healthCheckPasses(id)));
  return ids
    .filter((_, index) => passing[index] === false)
    .map((id) => ({
      code: 'health-check-fails',
      message: `the health check ${id} of the record of ${to.name} fails: Route 53 would send nobody there`,
    }));
}

function seenOf({ pairs, refusals }: Found, unhealthy: readonly Reason[], inputs: RegionInputs): TrafficSeen {
  const { from } = inputs;
  const percents = pairs.map(percentOf);
  const notes =
    from.region === CONTROL_PLANE
      ? [
          `records are changed in ${CONTROL_PLANE}, the very region that is left: where it is lost they may not be changeable. Routing controls do not need it`,
        ]
      : [];
  return {
    percent: pairs.length === 0 ? undefined : Math.min(...percents),
    seen: pairs.map((pair) => described(pair, inputs)).join('; '),
    refusals: [...refusals, ...unhealthy],
    notes,
    ttlSeconds: Math.max(
      ...pairs.flatMap(({ to, from: left }) => [to, left]).map(({ TTL }) => TTL ?? ALIAS_TTL_SECONDS),
      0,
    ),
    ends: {
      to: [...new Set(pairs.flatMap(({ to }) => targetsOf(to)))],
      from: [...new Set(pairs.flatMap(({ from: left }) => targetsOf(left)))],
    },
    gradual: pairs.every(({ to }) => to.Weight !== undefined),
  };
}

/** Route 53 sends a record as many of the queries as its weight is of all weights (AWS: Weighted routing). */
function percentOf({ to, from }: Pair): number {
  if (to.Weight === undefined || from.Weight === undefined) {
    return to.Failover === 'PRIMARY' ? 100 : 0;
  }
  const all = to.Weight + from.Weight;
  // All weights 0: all records are answered alike.
  return all === 0 ? 50 : Math.floor((100 * to.Weight) / all);
}

function described({ to, from, type }: Pair, inputs: RegionInputs): string {
  return to.Weight === undefined
    ? `${type}: ${inputs.to.name} ${to.Failover}, ${inputs.from.name} ${from.Failover}`
    : `${type}: weights ${inputs.to.name} ${to.Weight}, ${inputs.from.name} ${from.Weight}`;
}

function shiftedPair({ type, to, from }: Pair, percent: number): Pair {
  return to.Weight === undefined
    ? { type, to: { ...to, Failover: 'PRIMARY' }, from: { ...from, Failover: 'SECONDARY' } }
    : { type, to: { ...to, Weight: percent }, from: { ...from, Weight: 100 - percent } };
}

/** The one that is no longer first comes first: there are never two primaries. */
function shifted(pair: Pair, percent: number): ResourceRecordSet[] {
  const { to, from } = shiftedPair(pair, percent);
  return [from, to];
}

/** @throws StepFailed when Route 53 does not have it everywhere in time */
async function untilInSync(change: string, { speed }: RegionInputs, ports: RegionPorts): Promise<void> {
  const { aws, clock, signal } = ports;
  const deadline = clock.now().getTime() + IN_SYNC_SECONDS * 1000;
  while (!(await patiently(() => aws.route53.inSync(change), ports))) {
    if (clock.now().getTime() > deadline) {
      throw new StepFailed(
        'not-in-sync',
        `the change ${change} of the records is not on all of Route 53's servers after ${IN_SYNC_SECONDS} s`,
      );
    }
    await clock.sleep(lookEveryMs(speed), signal);
  }
}

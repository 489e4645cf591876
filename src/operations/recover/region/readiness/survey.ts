/** All that decides whether the region that takes over is ready. Reads; changes nothing. What is asked of the other region is asked only where a move is planned. */
import type { Run } from '../../journal.ts';
import { type DatabaseFacts, databaseFacts } from '../database/replicas.ts';
import type { RegionInputs, RegionPorts, ServicePair } from '../request.ts';
import { trafficSwitch } from '../traffic/traffic.ts';
import type { TrafficSeen, TrafficSwitch } from '../traffic/traffic-switch.ts';
import type { KnownState } from './known-state.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';

export interface PairFacts {
  readonly pair: ServicePair;
  /** Undefined: there is no such service. */
  readonly to: ServiceFacts | undefined;
  /** Where users come from, as it was seen last; undefined: nobody knows. */
  readonly other: KnownState | undefined;
  /** How that is known. */
  readonly otherFrom: 'asked' | 'remembered' | 'unknown';
  /** Tasks that full capacity is. */
  readonly wanted: number;
}

export interface Survey {
  readonly services: readonly PairFacts[];
  readonly traffic: TrafficSwitch;
  readonly split: TrafficSeen;
  readonly databases: readonly DatabaseFacts[];
  /** Of Fargate, in vCPU; undefined: not known. */
  readonly vcpuQuota: number | undefined;
  /** Of the plan of ARC Region switch, where one is to do the steps. */
  readonly evaluation: { readonly state: string; readonly warnings: readonly string[] } | undefined;
}

/** "Fargate On-Demand vCPU resource count" (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html) */
const FARGATE_VCPU = { service: 'fargate', code: 'L-3032A538' };

/** A rehearsal has no quotas. @param settled how many tasks a cut run took for full capacity, by service */
export async function surveyOf(
  inputs: RegionInputs,
  { settled }: Pick<Run, 'settled'>,
  ports: RegionPorts,
): Promise<Survey> {
  const { aws } = ports;
  const services = await Promise.all(inputs.pairs.map((pair) => pairFacts(pair, inputs, settled, ports)));
  const balancers = services.flatMap(({ to }) => to?.service.loadBalancers ?? []);
  const traffic = trafficSwitch(inputs, balancers, ports);
  const [split, databases, vcpuQuota, evaluation] = await Promise.all([
    traffic.look(),
    databaseFacts(inputs, { settled }, ports),
    inputs.speed === undefined ? quotaOr(undefined, ports) : undefined,
    inputs.switchPlan === undefined ? undefined : aws.regionSwitch.evaluation(inputs.switchPlan),
  ]);
  return { services, traffic, split, databases, vcpuQuota, evaluation };
}

/** A caller that may not ask for quotas can fail over all the same. */
async function quotaOr(otherwise: undefined, { aws, signal }: RegionPorts): Promise<number | undefined> {
  try {
    return await aws.serviceQuotas.quota(FARGATE_VCPU.service, FARGATE_VCPU.code);
  } catch {
    signal.throwIfAborted();
    return otherwise;
  }
}

async function pairFacts(
  pair: ServicePair,
  { from, to, direction }: RegionInputs,
  settled: Run['settled'],
  { aws, awsOfSource, clock }: RegionPorts,
): Promise<PairFacts> {
  const [here, there] = await Promise.all([
    serviceFacts(pair.to, to.region, aws),
    awsOfSource === undefined ? undefined : serviceFacts(pair.from, from.region, awsOfSource),
  ]);
  // The standby remembers the other region; the other region nothing of the standby.
  const remembered = direction === 'failover' ? here?.known : undefined;
  const asked = there && { tasks: there.desired, image: imageOf(there, pair.from.container), at: clock.now() };
  const other = asked ?? remembered;
  const full = Math.max(other?.tasks ?? pair.from.tasks.minimum, here?.desired ?? 0, 1);
  return {
    pair,
    to: here,
    other,
    otherFrom: asked !== undefined ? 'asked' : remembered !== undefined ? 'remembered' : 'unknown',
    wanted: Number(settled[tasksKey(pair)] ?? full),
  };
}

/** Under which the journal keeps what full capacity was taken to be. */
export function tasksKey({ service }: Pick<ServicePair, 'service'>): string {
  return `tasks of ${service}`;
}

/** Digest of the image of the container that takes the traffic. */
export function imageOf({ images }: Pick<ServiceFacts, 'images'>, container: string): string | undefined {
  return images.find((image) => image.container === container)?.digest;
}

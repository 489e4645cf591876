/** How long scaling took: by the load's own counts and looks at the targets, and by the balancer's metrics alone. */
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Evidence, LoadRecord, Measurement } from '../../report/evidence.ts';
import { readBalancerSeconds } from './balancer-counts.ts';
import type { LoadStage } from './scenario.ts';

export const TIME_TO_SCALE = 'time to scale';
export const BALANCER_TIME = "time to scale by the balancer's metrics";
export const TASKS_AT_END = 'tasks in service at the end';
export const ALL_IN_SERVICE = 'last new task in service';

const LOOK_MS = 250;

/** What became of the targets, in ms since 1970. */
export interface InService {
  /** A new target was first healthy between two looks. */
  readonly first: { readonly after: number; readonly by: number } | undefined;
  /** When all that came were in service. */
  readonly last: number | undefined;
  readonly healthy: number;
}

/** Looks at the targets until `signal` aborts. */
export async function watchTargets({ ports }: LoadStage, targetGroup: string, signal: AbortSignal): Promise<InService> {
  const healthy = async () =>
    (await ports.aws.elbv2.targetHealth(targetGroup))
      .filter(isHealthy)
      .map(({ Target }) => `${Target?.Id}:${Target?.Port}`);
  const now = () => ports.clock.now().getTime();
  const before = new Set(await healthy());
  let seen: InService = { first: undefined, last: undefined, healthy: before.size };
  let lookedAt = now();
  while (!signal.aborted) {
    await ports.clock.sleep(LOOK_MS, ports.signal);
    const asked = now();
    const found = await healthy();
    const isNew = found.some((one) => !before.has(one));
    seen = {
      first: seen.first ?? (isNew ? { after: lookedAt, by: now() } : undefined),
      last: found.length > seen.healthy ? now() : seen.last,
      healthy: found.length,
    };
    lookedAt = asked;
  }
  return seen;
}

function isHealthy({ TargetHealth }: TargetHealthDescription): boolean {
  return TargetHealth?.State === 'healthy';
}

export interface Scaled {
  readonly stage: LoadStage;
  readonly load: LoadRecord;
  readonly found: InService;
  /** Of the policy, in requests per second. */
  readonly target: number;
  readonly targetGroup: string;
}

/** Adds the times to the evidence, ours and the balancer's, with the moments that they are between. */
export async function withTimes(evidence: Evidence, scaled: Scaled): Promise<Evidence> {
  const { load, found, target } = scaled;
  const crossing = load.bins.find(({ planned }) => planned > target)?.second;
  const crossedAt = crossing === undefined ? undefined : Date.parse(load.startedAt) + crossing * 1000;
  const byBalancer = await balancerTime(scaled);
  const measurements: Measurement[] = [
    ...(crossedAt === undefined || found.first === undefined ? [] : [timeToScale(crossedAt, found.first, scaled)]),
    ...(byBalancer === undefined ? [] : [byBalancer]),
    { indicator: TASKS_AT_END, value: found.healthy, unit: 'tasks', method: 'DescribeTargetHealth' },
  ];
  const events = [
    ...moment(crossedAt, 'rate above the target'),
    ...moment(found.first?.by, 'first new task in service'),
    ...moment(found.last, ALL_IN_SERVICE),
  ];
  return {
    ...evidence,
    measurements: [...evidence.measurements, ...measurements],
    events: [...evidence.events, ...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}

/** The rate crosses within the second from `crossedAt` on; the task came into service between two looks. */
function timeToScale(
  crossedAt: number,
  { after, by }: { readonly after: number; readonly by: number },
  { target, stage }: Scaled,
): Measurement {
  const [lower, upper] = [(after - crossedAt - 1000) / 1000, (by - crossedAt) / 1000];
  const method = `from the second in which more than ${target} requests/s began to the first new healthy target; known to a second at one end and to a look of ${LOOK_MS} ms at the other; alarms and starts shortened by speed ${stage.rehearsal.speed}`;
  return { indicator: TIME_TO_SCALE, value: (lower + upper) / 2, lower, upper, unit: 's', method };
}

async function balancerTime({ stage, load, target, targetGroup }: Scaled): Promise<Measurement | undefined> {
  const range = [new Date(load.startedAt), stage.ports.clock.now()] as const;
  const [requests, hosts] = await Promise.all([
    readBalancerSeconds(stage.rehearsal, { name: 'RequestCount', statistic: 'Sum' }, range),
    readBalancerSeconds(stage.rehearsal, { name: 'HealthyHostCount', statistic: 'Maximum', targetGroup }, range),
  ]);
  const crossed = [...requests].find(([, count]) => count > target)?.[0];
  const before = [...hosts][0]?.[1] ?? 0;
  const rose = [...hosts].find(([, count]) => count > before)?.[0];
  const method = 'from RequestCount above the target to the first rise of HealthyHostCount, by seconds';
  return crossed === undefined || rose === undefined
    ? undefined
    : { indicator: BALANCER_TIME, value: rose - crossed, unit: 's', method };
}

function moment(at: number | undefined, label: string): Evidence['events'] {
  return at === undefined ? [] : [{ at: new Date(at).toISOString(), kind: 'note', label }];
}

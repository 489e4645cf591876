/** The alarms of an environment's SLOs: those wanted beside those there. Reads only. */
import { InputError } from '../../../errors.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import { counted } from '../../../report/format.ts';
import { findSource } from '../../common/slo/source.ts';
import type { Ports } from '../../ports.ts';
import { type Difference, differenceOf, type Put } from './difference.ts';
import { type Actions, MARK, prefixOf, type Wanted, type Whose, wantedAlarms } from './wanted.ts';

export interface AlarmsRequest extends Whose {
  /** Of the environment, of which at least one. */
  readonly targets: readonly ServiceInEnvironment[];
  /** True: also what is left of services that surefoot.yml no longer has. */
  readonly all: boolean;
  readonly objectives: readonly Objective[];
  readonly actions: Actions;
  /** Take all of them away instead. */
  readonly remove: boolean;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly approve: (plan: AlarmsPlan) => Promise<boolean>;
}

export interface AlarmsPlan extends Difference {
  readonly notes: readonly string[];
  /** Services that nothing counts the requests of: what they have stays. */
  readonly unread: readonly Reason[];
  /** How many metrics the wanted metric alarms read together: CloudWatch charges for each of them. */
  readonly metrics: number;
}

/** Works out the difference. A service whose load balancer cannot be told keeps the alarms that it has. @throws InputError where one of the names is taken */
export async function planAlarms(request: AlarmsRequest, ports: Pick<Ports, 'aws'>): Promise<AlarmsPlan> {
  const read = request.remove
    ? []
    : await Promise.all(request.targets.map((target) => wantedOf(target, request, ports)));
  const unread = read.flatMap((one) => ('reason' in one ? [one] : []));
  const wanted = read.flatMap((one) => ('reason' in one ? [] : [one]));
  const all: Wanted = {
    metric: wanted.flatMap(({ metric }) => metric),
    composite: wanted.flatMap(({ composite }) => composite),
    notes: wanted.flatMap(({ notes }) => notes),
  };
  const there = await alarmsOf(request, ports);
  const stays = unread.map(({ service }) => prefixOf(request, service));
  const touched = ({ AlarmName = '' }: { readonly AlarmName?: string | undefined }) =>
    !stays.some((prefix) => AlarmName.startsWith(prefix));
  const difference = differenceOf(
    all,
    { metric: there.metric.filter(touched), composite: there.composite.filter(touched) },
    request.actions,
  );
  const taken = difference.put.find(({ name }) => difference.foreign.includes(name));
  if (taken !== undefined) {
    throw new InputError(
      'alarm-of-somebody-else',
      `${taken.name} is there and was not made by surefoot (its description does not begin with "${MARK}"): rename or delete it`,
    );
  }
  return {
    ...difference,
    notes: [...all.notes, ...untold(difference.put, request)],
    unread: unread.map(({ reason }) => reason),
    metrics: all.metric.reduce((sum, { Metrics }) => sum + Metrics.length - 1, 0),
  };
}

async function alarmsOf(request: AlarmsRequest, ports: Pick<Ports, 'aws'>) {
  const prefixes = request.all
    ? [prefixOf(request, '').slice(0, -1)]
    : request.targets.map((target) => prefixOf(request, target.service));
  const found = await Promise.all(prefixes.map((prefix) => ports.aws.cloudwatch.alarmsUnder(prefix)));
  return { metric: found.flatMap(({ metric }) => metric), composite: found.flatMap(({ composite }) => composite) };
}

type Unread = { readonly service: string; readonly reason: Reason };

async function wantedOf(
  target: ServiceInEnvironment,
  request: AlarmsRequest,
  ports: Pick<Ports, 'aws'>,
): Promise<Wanted | Unread> {
  const objectives = request.objectives.filter(({ service }) => service === target.service);
  if (objectives.length === 0) {
    return { metric: [], composite: [], notes: [] };
  }
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  const source =
    service === undefined
      ? {
          code: 'no-such-service',
          message: `there is no ECS service "${target.ecsService}" in cluster "${target.cluster}"`,
        }
      : await findSource(service, ports);
  if ('code' in source) {
    return { service: target.service, reason: source };
  }
  const wanted = objectives.map((objective) => wantedAlarms(objective, source, request));
  return {
    metric: wanted.flatMap(({ metric }) => metric),
    composite: wanted.flatMap(({ composite }) => composite),
    notes: wanted.flatMap(({ notes }) => notes),
  };
}

/** An alarm that tells nobody is a light in an empty room. */
function untold(put: readonly Put[], { actions }: AlarmsRequest): string[] {
  const silent = put.filter(({ kind, input }) => kind === 'composite' && (input.AlarmActions ?? []).length === 0);
  return silent.length === 0
    ? []
    : [
        `${counted(silent.length, 'alarm')} would tell nobody: name an SNS topic with ${actions.page === undefined ? '--page ARN and ' : ''}--ticket ARN, or set actions on them yourself; they are kept`,
      ];
}

/** The plan as text. */
export function renderAlarms(plan: AlarmsPlan): string {
  const { composite, metric } = plan.remove;
  const lines = [
    ...plan.put.map(({ kind, name, differences, input }) =>
      differences === undefined
        ? `  + create ${kind} alarm ${name}${told(kind, input.AlarmActions)}`
        : `  ~ change ${kind} alarm ${name}: ${differences.join('; ')}`,
    ),
    ...[...composite.map((name) => ['composite', name]), ...metric.map((name) => ['metric', name])].map(
      ([kind, name]) => `  - delete ${kind} alarm ${name}`,
    ),
  ];
  return [
    ...(lines.length === 0 ? ['nothing would change'] : lines),
    ...(plan.same > 0 ? [`  ${counted(plan.same, 'alarm')} as wanted already`] : []),
    ...(plan.metrics > 0
      ? [`  together they read ${counted(plan.metrics, 'metric')}; CloudWatch charges for each`]
      : []),
    ...plan.foreign.map((name) => `note: ${name} is under a name of surefoot's and not made by it: it stays`),
    ...plan.notes.map((note) => `note: ${note}`),
    ...plan.unread.map(({ message }) => `not known: ${message}; its alarms stay as they are`),
  ].join('\n');
}

function told(kind: Put['kind'], actions: readonly string[] | undefined): string {
  return kind === 'composite' ? `, telling ${(actions ?? []).join(', ') || 'nobody'}` : '';
}

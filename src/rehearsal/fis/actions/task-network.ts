/**
 * Faults on what tasks send and get. AWS's have rules on the task's own network interface; here they are on the way between the load
 * balancer and the task, and on that from the task to databases. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#ecs-actions-reference
 */
import type { TargetImpairment } from '../../world/balancer/protocol.ts';
import type { WorldFaults } from '../../world/faults/faults.ts';
import { type FaultAction, type FaultContext, type FaultTargets, lasting } from '../faults/fault-action.ts';
import { notInjected } from './failure.ts';
import { checkNeeds, type FindTask, type HitTask, hitTasks } from './tasks.ts';

type Parameters = Readonly<Record<string, string>>;
type Effect = Omit<TargetImpairment, 'host' | 'port'>;

const NOTHING: Effect = { delayMs: 0, jitterMs: 0, lossPercent: 0, flowsPercent: 100, blocked: false };

const numberOf = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Number(text));

/** `aws:ecs:task-network-latency`: what the tasks send comes later by delayMilliseconds (200), give or take jitterMilliseconds (10). */
export function taskNetworkLatency(world: WorldFaults, find: FindTask): FaultAction {
  return impairing(world, find, ({ delayMilliseconds, jitterMilliseconds, flowsPercent }) => ({
    ...NOTHING,
    delayMs: numberOf(delayMilliseconds, 200),
    jitterMs: numberOf(jitterMilliseconds, 10),
    flowsPercent: numberOf(flowsPercent, 100),
  }));
}

/** `aws:ecs:task-network-packet-loss`: lossPercent (7) of what the tasks send is lost, and sent again by TCP. */
export function taskNetworkPacketLoss(world: WorldFaults, find: FindTask): FaultAction {
  return impairing(world, find, ({ lossPercent, flowsPercent }) => ({
    ...NOTHING,
    lossPercent: numberOf(lossPercent, 7),
    flowsPercent: numberOf(flowsPercent, 100),
  }));
}

/**
 * `aws:ecs:task-network-blackhole-port`: with ingress nothing reaches the port of the tasks; with egress nothing that they send to the port
 * arrives, which must be one of a database, since they send nothing else that the platform sees.
 */
export function taskNetworkBlackholePort(world: WorldFaults, find: FindTask): FaultAction {
  const ingress = impairing(world, find, () => ({ ...NOTHING, blocked: true }));
  return {
    async start(targets, parameters, context) {
      const { trafficType, protocol = 'tcp', port } = parameters;
      const ofDatabase = world.databasePorts().includes(Number(port));
      if (protocol !== 'tcp' || (trafficType !== 'ingress' && !ofDatabase)) {
        const what = `${trafficType} ${protocol} traffic on port ${port}`;
        throw notInjected(context.actionName, `aws:ecs:task-network-blackhole-port for ${what}`);
      }
      if (trafficType === 'ingress') {
        return ingress.start(targets, parameters, context);
      }
      const tasks = readyTasks(find, targets, parameters, context);
      const blackholes = tasks.flatMap(({ addresses: [task] }) =>
        task === undefined ? [] : [{ task: { host: task.host, port: task.port }, databasePort: Number(port) }],
      );
      return lasting(parameters, context.clock, await world.blackhole(blackholes));
    },
  };
}

/** The tasks that are hit, once they have what AWS asks for. @throws FaultFailure ConfigurationFailure */
function readyTasks(find: FindTask, targets: FaultTargets, parameters: Parameters, context: FaultContext): HitTask[] {
  const { useEcsFaultInjectionEndpoints: endpoints = 'false' } = parameters;
  const tasks = hitTasks(find, targets);
  checkNeeds(tasks, { pidMode: true, endpoints: { asked: /^true$/i.test(endpoints) } }, context);
  return tasks;
}

function impairing(world: WorldFaults, find: FindTask, effectOf: (parameters: Parameters) => Effect): FaultAction {
  return {
    async start(targets, parameters, context) {
      const { sources = 'ALL', port } = parameters;
      if (sources !== 'ALL') {
        throw notInjected(context.actionName, `faults on the traffic with ${sources} alone (parameter sources)`);
      }
      const effect = effectOf(parameters);
      const tasks = readyTasks(find, targets, parameters, context);
      const places = tasks.flatMap((task) => placesOf(task, port));
      return lasting(parameters, context.clock, await world.impair(places.map((place) => ({ ...place, ...effect }))));
    },
  };
}

/**
 * Where the load balancer finds a task. With an address for each task a container port is a port of it; where all share one address, each
 * container port of the task has one port, which the balancer knows as the task.
 */
function placesOf(
  { addresses, definition }: HitTask,
  port: string | undefined,
): Pick<TargetImpairment, 'host' | 'port'>[] {
  const mappings = (definition.definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);
  const hit = (containerPort: number | undefined) => port === undefined || Number(port) === containerPort;
  return addresses.flatMap((address, index) => {
    const shared = addresses.length > 1 || !mappings.some(({ containerPort }) => containerPort === address.port);
    const containerPort = shared ? mappings[index]?.containerPort : Number(port ?? address.port);
    return hit(containerPort) ? [{ host: address.host, port: shared ? address.port : numberOrAll(port) }] : [];
  });
}

function numberOrAll(port: string | undefined): number | undefined {
  return port === undefined ? undefined : Number(port);
}

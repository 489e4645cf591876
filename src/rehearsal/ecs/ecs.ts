/** Elastic Container Service: the public API over real processes, with the scheduler and the service deployments behind it. */
import { setMaxListeners } from 'node:events';
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import type { ServiceModule } from '../wire/operation.ts';
import { linkSignals } from '../world/linked-signal.ts';
import type { EcsContext } from './context.ts';
import { Exclusive } from './exclusive.ts';
import { recordServiceMetrics } from './metrics/service-metrics.ts';
import { continueServiceDeployment } from './operations/continue-service-deployment.ts';
import { createCluster } from './operations/create-cluster.ts';
import { createService } from './operations/create-service.ts';
import { deleteCluster } from './operations/delete-cluster.ts';
import { deleteService } from './operations/delete-service.ts';
import { deregisterTaskDefinition } from './operations/deregister-task-definition.ts';
import { describeClusters } from './operations/describe-clusters.ts';
import { describeServiceDeployments } from './operations/describe-service-deployments.ts';
import { describeServiceRevisions } from './operations/describe-service-revisions.ts';
import { describeServices } from './operations/describe-services.ts';
import { describeTaskDefinition } from './operations/describe-task-definition.ts';
import { describeTasks } from './operations/describe-tasks.ts';
import { listClusters } from './operations/list-clusters.ts';
import { listServiceDeployments } from './operations/list-service-deployments.ts';
import { listServices } from './operations/list-services.ts';
import { listTaskDefinitions } from './operations/list-task-definitions.ts';
import { listTasks } from './operations/list-tasks.ts';
import { registerTaskDefinition } from './operations/register-task-definition.ts';
import { runTask } from './operations/run-task.ts';
import { stopServiceDeployment } from './operations/stop-service-deployment.ts';
import { stopTask } from './operations/stop-task.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { updateService } from './operations/update-service.ts';
import type { StepBake } from './plan/stages.ts';
import type { ServiceRecord } from './records/service.ts';
import type { TaskRecord } from './records/task.ts';
import { RETENTION, type Retention } from './retention.ts';
import { ServiceController } from './service/service-controller.ts';
import { EcsState } from './state.ts';
import { SingleTasks } from './tasks/single-tasks.ts';
import { watchTargetHealth } from './tasks/target-health.ts';
import { TaskLogs } from './tasks/task-logs.ts';
import type { EcsEvent, EcsWorld, Surroundings } from './world.ts';

export interface EcsOptions extends Surroundings {
  readonly metrics: MetricSink;
  readonly region: string;
  readonly accountId: string;
  /** Containers write to `<task id>-<container>.log` here. */
  readonly logDirectory: string;
  /** Where less (or more) is to be kept than `RETENTION` says. */
  readonly retention?: Partial<Retention>;
  /** On which side of the pauses a canary's and a linear deployment's bake lies; before them unless said otherwise. */
  readonly stepBake?: StepBake;
  /** Told of every change of a task, a stage, a hook, a deployment, and of every service event, in order. */
  readonly onEvent?: (event: EcsEvent) => void;
}

export interface Ecs {
  readonly module: ServiceModule;
  /** What is remembered of a task, for faults on it; undefined for one that is not known. */
  task(arn: string): TaskRecord | undefined;
  /** Resolves when no deployment runs and every service has its tasks, healthy; rejects when `signal` aborts or the platform stops. */
  idle(signal?: AbortSignal): Promise<void>;
  /** Ends every task promptly, with SIGTERM and a second later SIGKILL, and no drain. The task host itself stays. */
  stop(): Promise<void>;
}

/** The service, with no cluster yet. */
export function createEcs(options: EcsOptions): Ecs {
  const end = new AbortController();
  // Every service and every task that ends listens to it.
  setMaxListeners(0, end.signal);
  const retention = { ...RETENTION, ...options.retention };
  const controllers = new Map<ServiceRecord, ServiceController>();
  const world: EcsWorld = {
    account: { region: options.region, accountId: options.accountId },
    clock: options.clock,
    call: options.call,
    addresses: options.addresses,
    taskHost: options.taskHost,
    resolveImage: options.resolveImage,
    subnets: options.subnets,
    zoneRelays: options.zoneRelays,
    logs: new TaskLogs(options.logDirectory, retention.taskLogs),
    state: new EcsState(retention),
    emit: options.onEvent ?? (() => {}),
    stepBake: options.stepBake ?? 'before-pause',
    ended: end.signal,
  };
  const singleTasks = new SingleTasks(world);
  const context: EcsContext = {
    world,
    singleTasks,
    serviceChanges: new Exclusive(),
    controller: (service) => {
      const known = controllers.get(service);
      if (known !== undefined) {
        return known;
      }
      const controller = new ServiceController(world, service);
      controllers.set(service, controller);
      void controller.closed.then(() => controllers.delete(service));
      return controller;
    },
  };
  const background = [
    watchTargetHealth(world, (service) => controllers.get(service)?.changed()),
    recordServiceMetrics(world, options.metrics),
  ];
  return {
    module: { id: 'ecs', operations: OPERATIONS.map((make) => make(context)) },
    task: (arn) => world.state.tasks.get(arn),
    async idle(signal = end.signal) {
      const either = linkSignals(signal, end.signal);
      const all = Promise.all([...controllers.values()].map((controller) => controller.idle(either.signal)));
      await all.finally(either.release);
    },
    async stop() {
      end.abort(new Error('the rehearsal platform was stopped'));
      await Promise.all([singleTasks.endAll(), ...[...controllers.values()].map((controller) => controller.end())]);
      await Promise.all(background);
    },
  };
}

const OPERATIONS = [
  createCluster,
  describeClusters,
  listClusters,
  deleteCluster,
  registerTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
  deregisterTaskDefinition,
  createService,
  updateService,
  describeServices,
  listServices,
  deleteService,
  runTask,
  listTasks,
  describeTasks,
  stopTask,
  listServiceDeployments,
  describeServiceDeployments,
  describeServiceRevisions,
  continueServiceDeployment,
  stopServiceDeployment,
  tagResource,
  untagResource,
  listTagsForResource,
];

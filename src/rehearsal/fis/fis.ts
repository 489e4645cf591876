/**
 * AWS FIS: experiment templates, experiments with their states, dry runs, the safety lever. Faults and the resources that they hit are
 * registered from outside: `FAULT_ACTIONS`, and sources of resources by type.
 */
import type { InternalCall, ServiceModule } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { FisContext } from './context.ts';
import { Experiments } from './experiments/experiments.ts';
import { SafetyLever } from './experiments/safety-lever.ts';
import { isHalted, type WatchedAlarms, watchStopConditions } from './experiments/stop-conditions.ts';
import type { FaultActions } from './faults/fault-action.ts';
import { FAULT_ACTIONS } from './faults/registry.ts';
import { OnceByToken } from './once-by-token.ts';
import { accountOperations } from './operations/accounts.ts';
import { catalogueOperations } from './operations/catalogue.ts';
import { experimentOperations } from './operations/experiments.ts';
import { safetyLeverOperations } from './operations/safety-lever.ts';
import { tagOperations } from './operations/tags.ts';
import { templateOperations } from './operations/templates.ts';
import { databaseSource } from './targets/database-source.ts';
import { ecsClusters, ecsTasks } from './targets/ecs-sources.ts';
import { loadBalancerSource } from './targets/load-balancer-source.ts';
import type { ResourceSources } from './targets/resource.ts';
import { roleSource } from './targets/role-source.ts';
import { subnetSource } from './targets/subnets.ts';

export interface FisOptions {
  readonly call: InternalCall;
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
  /** Zone by subnet id. */
  readonly subnets: ReadonlyMap<string, string>;
  readonly subnetTags?: Readonly<Record<string, string>>;
  readonly vpcId: string;
  /** Resources besides, or instead of, the platform's own, by type. */
  readonly sources?: ResourceSources;
  /** For stop conditions; without them no alarm stops anything. */
  readonly alarms?: WatchedAlarms;
  /** Faults besides, or instead of, the platform's own, by action id. */
  readonly faults?: FaultActions;
}

export interface Fis {
  readonly module: ServiceModule;
  /** Ends every experiment, with its faults reverted. */
  stop(): Promise<void>;
}

/** The service, with no template yet. */
export function createFis(options: FisOptions): Fis {
  const { call, clock, region, accountId } = options;
  const sources: ResourceSources = new Map([
    ['aws:ecs:cluster', ecsClusters(call)],
    ['aws:ecs:task', ecsTasks(call)],
    ['aws:ec2:subnet', subnetSource(options)],
    ['aws:arc:zonal-shift-managed-resource', loadBalancerSource(call)],
    ['aws:rds:db', databaseSource(call)],
    ['aws:iam:role', roleSource(accountId)],
    ...(options.sources ?? []),
  ]);
  const faults: FaultActions = new Map([...FAULT_ACTIONS, ...(options.faults ?? [])]);
  const lever = new SafetyLever({ region, accountId });
  const { alarms } = options;
  const experiments = new Experiments(
    { call, clock, region, accountId, sources, faults },
    lever,
    (record) => alarms !== undefined && isHalted(alarms, record),
  );
  const unwatch = alarms && watchStopConditions(alarms, experiments);
  const context: FisContext = {
    clock,
    region,
    accountId,
    templates: new Map(),
    experiments,
    lever,
    made: new OnceByToken(),
  };
  return {
    module: { id: 'fis', operations: OPERATIONS.flatMap((make) => make(context)) },
    stop: () => {
      unwatch?.();
      return experiments.stopAll('The rehearsal platform was stopped.');
    },
  };
}

const OPERATIONS = [
  templateOperations,
  experimentOperations,
  catalogueOperations,
  safetyLeverOperations,
  tagOperations,
  accountOperations,
];

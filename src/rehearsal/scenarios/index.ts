/** Every scenario there is, in the order in which they run. */
import { canaryErrors, canaryGood, canaryQuiet, canarySlow } from './canary.ts';
import { databaseFailover } from './chaos/database-failover.ts';
import { replicaLoss } from './chaos/replica-loss.ts';
import { runnerDiesInChaos } from './chaos/runner-dies-in-chaos.ts';
import { stopCondition } from './chaos/stop-condition.ts';
import { taskKill } from './chaos/task-kill.ts';
import { vacuous } from './chaos/vacuous.ts';
import { zoneLoss, zoneLossUnprepared } from './chaos/zone-loss.ts';
import { deployBad } from './deploy-bad.ts';
import { deployCrashLoop } from './deploy-crash-loop.ts';
import { deployGood } from './deploy-good.ts';
import { deliveryMetrics } from './files/delivery-metrics.ts';
import { eksExperiments } from './files/eks-experiments.ts';
import { terraformGate } from './files/terraform-gate.ts';
import { loadAutoscaling } from './load-autoscaling.ts';
import { loadAverage } from './load-average.ts';
import { loadBreakpoint } from './load-breakpoint.ts';
import { loadSegments } from './load-segments.ts';
import { loadSpike } from './load-spike.ts';
import { loadTimeOfDay } from './load-time-of-day.ts';
import { DEFAULT_SCENARIOS, SCENARIO_NAMES, type ScenarioName } from './names.ts';
import { pauseDev } from './pause-dev.ts';
import { recoverService } from './recover/recover-service.ts';
import { recoverState } from './recover/recover-state.ts';
import { recoverTable } from './recover/recover-table.ts';
import { rotateLeakedSecret } from './recover/rotate-leaked-secret.ts';
import { regionFailover } from './region/region-failover.ts';
import { regionNotReady } from './region/region-not-ready.ts';
import { runnerDies } from './runner-dies.ts';
import type { Scenario } from './scenario.ts';

const byName: Readonly<Record<ScenarioName, Scenario>> = {
  'deploy-good': deployGood,
  'deploy-bad': deployBad,
  'deploy-crash-loop': deployCrashLoop,
  'runner-dies': runnerDies,
  'canary-good': canaryGood,
  'canary-errors': canaryErrors,
  'canary-slow': canarySlow,
  'canary-quiet': canaryQuiet,
  'pause-dev': pauseDev,
  'load-average': loadAverage,
  'load-spike': loadSpike,
  'load-breakpoint': loadBreakpoint,
  'load-autoscaling': loadAutoscaling,
  'load-segments': loadSegments,
  'load-time-of-day': loadTimeOfDay,
  'task-kill': taskKill,
  'zone-loss': zoneLoss,
  'zone-loss-unprepared': zoneLossUnprepared,
  'database-failover': databaseFailover,
  'replica-loss': replicaLoss,
  vacuous,
  'stop-condition': stopCondition,
  'runner-dies-in-chaos': runnerDiesInChaos,
  'recover-service': recoverService,
  'recover-state': recoverState,
  'recover-table': recoverTable,
  'rotate-leaked-secret': rotateLeakedSecret,
  'region-failover': regionFailover,
  'region-not-ready': regionNotReady,
  'terraform-gate': terraformGate,
  'delivery-metrics': deliveryMetrics,
  'eks-experiments': eksExperiments,
};

export const scenarios: readonly Scenario[] = SCENARIO_NAMES.map((name) => byName[name]);

/** What runs when none is named. */
export const defaultScenarios: readonly Scenario[] = DEFAULT_SCENARIOS.map((name) => byName[name]);

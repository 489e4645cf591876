/**
 * load-autoscaling: a target tracking policy meets a load that is too much for one task. Time to scale runs from the second in which the
 * request rate crosses the target until the first new task is in service, and is known to the width of a second at one end and of a
 * look at the other. The balancer's own metrics say the same from their side.
 */
import type { DescribeTargetGroupsCommandOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { dimensionOf } from '../../aws/elbv2/load-balancer-names.ts';
import type { Profile } from '../../operations/load/profile.ts';
import type { Check, Evidence, Verdict } from '../../report/evidence.ts';
import { countsAddUp, failedIn, generatorHealthy, judgedBins } from './load-checks.ts';
import { knownCapacity, measured, planRehearsed, runningImage, runRehearsed, withTruth } from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import {
  ALL_IN_SERVICE,
  BALANCER_TIME,
  TASKS_AT_END,
  TIME_TO_SCALE,
  watchTargets,
  withTimes,
} from './scaling-times.ts';
import type { LoadScenario, LoadStage, Observation } from './scenario.ts';

/** Of what a task can do: the policy's target, the load before the step, and the load after it. */
const TARGET_SHARE = 0.7;
const BEFORE_SHARE = 0.5;
const AFTER_SHARE = 1.8;
const BEFORE_SECONDS = 10;
/** Alarm and start of tasks are shortened by the speed, health checks are not. */
const AFTER_SECONDS = 10;
const AFTER_SCALED_SECONDS = 300;
/** So long, in real seconds, until new tasks have their share of the load and the policy may look again. */
const SETTLE_SECONDS = 20;
/** The balancer's metrics are of whole seconds, and count an answer when it has gone out. */
const BALANCER_SLACK_SECONDS = 2.5;

const TRUTH = 'capacity of one task (truth)';
const TARGET = 'target of the policy, per task';

export const loadAutoscaling: LoadScenario = {
  name: 'load-autoscaling',
  adverse: true,
  expects:
    'target tracking adds the tasks that a higher load needs; the time until the first is in service is measured',
  setUp: (target) => {
    const running = runningImage(target, 'load-autoscaling', 1);
    return { ...running, tasks: { minimum: 1, maximum: Math.max(tasksNeeded() + 1, running.tasks.maximum) } };
  },
  runLoad: scaleUnderLoad,
  judge: (observation) => [
    scaledOut(observation.operation),
    measuredInTime(observation.operation),
    balancerAgrees(observation.operation),
    wellAfter(observation),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation }) => {
    const time = operation.measurements.find(({ indicator }) => indicator === TIME_TO_SCALE);
    return `a new task in service ${seconds(time?.lower)} to ${seconds(time?.upper)} after the rate had crossed the target (at speed ${operation.speed}; the balancer's metrics: ${seconds(measured(operation, BALANCER_TIME))})`;
  },
};

function tasksNeeded(): number {
  return Math.ceil(AFTER_SHARE / TARGET_SHARE);
}

async function scaleUnderLoad(stage: LoadStage): Promise<Evidence> {
  const perTask = knownCapacity(stage.target);
  const target = perTask * TARGET_SHARE;
  const targetGroup = await followRequests(stage, target);
  const watch = new AbortController();
  const inService = watchTargets(stage, targetGroup, watch.signal);
  // It is not waited for when the load fails.
  inService.catch(() => undefined);
  try {
    const evidence = await runRehearsed(stage, planRehearsed(stage, stepProfile(perTask, stage.rehearsal.speed), 1));
    watch.abort();
    const { load } = evidence;
    const found = await inService;
    if (load === undefined) {
      return evidence;
    }
    const timed = await withTimes(evidence, { stage, load, found, target, targetGroup });
    return withTruth(
      withTruth(timed, TRUTH, perTask, 'workers ÷ time of a request'),
      TARGET,
      target,
      'TargetValue of ALBRequestCountPerTarget ÷ 60 s',
    );
  } finally {
    watch.abort();
  }
}

/** Half of what a task can do, and then almost twice of it, at once. */
function stepProfile(perTask: number, speed: number): Profile {
  const fixed = (share: number) => ({ kind: 'fixed', perSecond: Math.round(perTask * share) }) as const;
  return {
    name: 'step',
    file: 'load-autoscaling',
    description: 'A step from half of what a task can do to more than it can',
    level: 'capacity',
    start: fixed(BEFORE_SHARE),
    stages: [
      { seconds: BEFORE_SECONDS, target: fixed(BEFORE_SHARE) },
      { seconds: 0, target: fixed(AFTER_SHARE) },
      { seconds: AFTER_SECONDS + Math.ceil(AFTER_SCALED_SECONDS / speed), target: fixed(AFTER_SHARE) },
    ],
    judge: 'objectives',
    abort: undefined,
    probe: undefined,
    timeoutSeconds: undefined,
    virtualUsers: undefined,
    headers: {},
  };
}

/** Puts the policy on the service and returns its target group. Scale-in is left out: nothing here is about it. */
async function followRequests(stage: LoadStage, perSecond: number): Promise<string> {
  const { ports, rehearsal, target } = stage;
  const { TargetGroups = [] } = await rehearsal.wire.call<DescribeTargetGroupsCommandOutput>(
    'elbv2',
    'DescribeTargetGroups',
    { LoadBalancerArn: rehearsal.loadBalancerArn },
  );
  const arns = TargetGroups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  const used = await Promise.all(
    arns.map(async (arn) => ((await ports.aws.elbv2.targetHealth(arn)).length > 0 ? arn : undefined)),
  );
  const targetGroup = used.find((arn) => arn !== undefined);
  if (targetGroup === undefined) {
    throw new Error('no target group of the rehearsed service has a target');
  }
  await rehearsal.wire.call('autoscaling', 'PutScalingPolicy', {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${target.cluster}/${target.ecsService}`,
    ScalableDimension: 'ecs:service:DesiredCount',
    PolicyName: `${target.ecsService}-requests`,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: perSecond * 60,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: `${dimensionOf(rehearsal.loadBalancerArn)}/${dimensionOf(targetGroup)}`,
      },
      ScaleOutCooldown: Math.ceil(SETTLE_SECONDS * rehearsal.speed),
      ScaleInCooldown: 300,
      DisableScaleIn: true,
    },
  });
  return targetGroup;
}

function scaledOut(operation: Evidence): Check {
  const tasks = measured(operation, TASKS_AT_END) ?? 0;
  return {
    name: 'target tracking added what the load needs',
    verdict: tasks >= tasksNeeded() ? 'pass' : 'fail',
    expected: `at least ${tasksNeeded()} tasks in service, from 1`,
    observed: `${tasks}`,
  };
}

function measuredInTime({ measurements }: Evidence): Check {
  const time = measurements.find(({ indicator }) => indicator === TIME_TO_SCALE);
  const isInterval = time?.lower !== undefined && time.upper !== undefined && time.lower > 0 && time.upper > time.lower;
  return {
    name: 'time to scale was measured',
    verdict: isInterval ? 'pass' : 'fail',
    expected: 'an interval above 0 s',
    observed: time === undefined ? 'nothing' : `${seconds(time.lower)} to ${seconds(time.upper)}`,
  };
}

function balancerAgrees({ measurements }: Evidence): Check {
  const time = measurements.find(({ indicator }) => indicator === TIME_TO_SCALE);
  const other = measurements.find(({ indicator }) => indicator === BALANCER_TIME)?.value;
  const [lower, upper] = [time?.lower ?? Number.NaN, time?.upper ?? Number.NaN];
  const near =
    typeof other === 'number' && other >= lower - BALANCER_SLACK_SECONDS && other <= upper + BALANCER_SLACK_SECONDS;
  return {
    name: "the balancer's metrics agree with the time to scale",
    verdict: near ? 'pass' : 'fail',
    expected: `${seconds(lower)} to ${seconds(upper)}, within ${BALANCER_SLACK_SECONDS} s`,
    observed: seconds(other ?? undefined),
  };
}

/** One task turns away what it cannot do; once those that the load needs are there, nothing is. */
function wellAfter({ operation, load }: Observation): Check {
  const all = operation.events.find(({ label }) => label === ALL_IN_SERVICE)?.at;
  const from =
    all === undefined ? Number.POSITIVE_INFINITY : Math.ceil((Date.parse(all) - Date.parse(load.startedAt)) / 1000) + 1;
  const after = judgedBins(load).filter(({ second }) => second >= from);
  const failed = after.reduce((sum, bin) => sum + failedIn(bin), 0);
  const verdict: Verdict = after.length === 0 ? 'inconclusive' : failed === 0 ? 'pass' : 'fail';
  return {
    name: 'with the new tasks no request is turned away',
    verdict,
    expected: 'no failure once they are in service',
    observed: `${failed} in ${after.length} s; before ${load.totals.planned - load.totals.ok}`,
  };
}

function seconds(value: number | undefined | null): string {
  return value === undefined || value === null || Number.isNaN(value) ? 'unknown' : `${Number(value.toFixed(1))} s`;
}

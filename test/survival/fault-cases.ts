/** Every AWS call that a deployment makes, and how each may go wrong. */
import type { Call, Fate } from './fault-proxy.ts';
import type { Environment } from './lab.ts';

export type Fault = 'deny' | 'break' | 'throttle' | 'lose-request' | 'lose-answer';

export interface FaultCase {
  readonly environment: Environment;
  /** undefined: a good one that does not run yet. */
  readonly image: string | undefined;
  /** By its IAM name. */
  readonly action: string;
  /** From its first call on, or only once the update of the service was accepted. */
  readonly from: 'start' | 'update';
  readonly fault: Fault;
  /** How surefoot ends. `error`: with one that names the call; `error-after`: that also says how the deployment had ended. */
  readonly ends: 'pass' | 'fail' | 'error' | 'error-after';
}

const ANY: readonly Fault[] = ['deny', 'break', 'throttle', 'lose-request', 'lose-answer'];
/** For a read it makes no difference whether the request or the answer is lost. */
const OF_READS: readonly Fault[] = ['deny', 'break', 'throttle', 'lose-answer'];

function cases(
  rest: Pick<FaultCase, 'environment' | 'image' | 'from' | 'ends'>,
  faults: readonly Fault[],
  actions: readonly string[],
): FaultCase[] {
  return actions.flatMap((action) => faults.map((fault) => ({ ...rest, action, fault })));
}

const good = { environment: 'migrated', image: undefined } as const;
const LOST: readonly Fault[] = ['lose-answer'];
const NOT_DONE: readonly Fault[] = ['deny', 'break', 'throttle', 'lose-request'];

export const FAULT_CASES: readonly FaultCase[] = [
  // Reads before anything is changed.
  ...cases({ ...good, from: 'start', ends: 'error' }, OF_READS, [
    'ecs:DescribeServices',
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeTaskDefinition',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTargetHealth',
    'cloudwatch:DescribeAlarms',
    'ecr:DescribeImages',
    'ecr:DescribeRepositories',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
  ]),
  // The calls that change something.
  ...cases({ ...good, from: 'start', ends: 'error' }, ANY, [
    'ecs:TagResource',
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
  ]),
  ...cases({ ...good, from: 'start', ends: 'error' }, NOT_DONE, ['ecs:UpdateService', 'ecs:ContinueServiceDeployment']),
  // What AWS did without saying so is found out.
  ...cases({ ...good, from: 'start', ends: 'pass' }, LOST, ['ecs:UpdateService', 'ecs:ContinueServiceDeployment']),
  // Putting back is told when it fails; it changes no verdict.
  ...cases({ ...good, from: 'update', ends: 'pass' }, ANY, ['ecs:UpdateService', 'ecs:UntagResource']),
  // Reads without which the deployment cannot be found, followed or judged.
  ...cases({ ...good, from: 'update', ends: 'error' }, OF_READS, [
    'ecs:ListServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeServiceDeployments',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeLoadBalancers',
  ]),
  // Reads that only help meanwhile, and those after the end.
  ...cases({ ...good, from: 'update', ends: 'error-after' }, OF_READS, [
    'ecs:DescribeServices',
    'ecs:DescribeTaskDefinition',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTargetHealth',
    'cloudwatch:DescribeAlarms',
  ]),
  // A bad candidate is refused at the pause; there is a second way to do so.
  ...cases({ environment: 'smoked', image: 'broken', from: 'start', ends: 'fail' }, ANY, [
    'ecs:ContinueServiceDeployment',
  ]),
  // A crashing one is given up; logs are a help, not a need.
  ...cases({ environment: 'smoked', image: 'crash', from: 'start', ends: 'error' }, NOT_DONE, [
    'ecs:StopServiceDeployment',
  ]),
  ...cases({ environment: 'smoked', image: 'crash', from: 'start', ends: 'fail' }, LOST, ['ecs:StopServiceDeployment']),
  ...cases({ environment: 'smoked', image: 'crash', from: 'start', ends: 'fail' }, OF_READS, ['logs:GetLogEvents']),
  // A task that takes too long is stopped.
  ...cases({ environment: 'stuck', image: undefined, from: 'start', ends: 'error' }, ANY, ['ecs:StopTask']),
  ...cases(
    { environment: 'watched', image: undefined, from: 'update', ends: 'error' },
    ['deny', 'break'],
    ['cloudwatch:GetMetricData'],
  ),
];

/** The rule for the proxy, and how often the fault was met. */
export function ruleOf({ action, from, fault }: Pick<FaultCase, 'action' | 'from' | 'fault'>) {
  const operation = action.slice(action.indexOf(':') + 1);
  let met = 0;
  let updated = false;
  return {
    met: () => met,
    rule: (call: Call): Fate => {
      const due = from === 'start' || updated;
      updated ||= call.operation === 'UpdateService';
      if (call.operation !== operation || !due) {
        return 'pass';
      }
      met += 1;
      return fault;
    },
  };
}

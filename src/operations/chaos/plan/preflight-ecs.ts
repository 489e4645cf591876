/**
 * What ECS tasks need so that FIS can act inside them, judged on the live service: pure. FIS finds out only once the experiment runs, and
 * then says no more than "At least one ECS Task is not registered as a SSM managed instance" (AWS: "Use the AWS FIS aws:ecs:task actions").
 */
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Check } from '../../../report/evidence.ts';
import type { Template, TemplateAction } from '../experiment/template.ts';
import type { EcsFacts, ServiceFacts } from './ecs-facts.ts';

const STRESS = new Set(['aws:ecs:task-cpu-stress', 'aws:ecs:task-io-stress']);
const NETWORK = new Set([
  'aws:ecs:task-network-blackhole-port',
  'aws:ecs:task-network-latency',
  'aws:ecs:task-network-packet-loss',
]);
const KILL = 'aws:ecs:task-kill-process';
const AGENT = /(?:^|\/)amazon-ssm-agent(?:[:@/]|$)/;
const ROLE_VARIABLE = 'MANAGED_INSTANCE_ROLE_NAME';

/** One row for each condition; rows that cannot be judged are `inconclusive`. */
export function preflightEcs(template: Template, facts: EcsFacts): Check[] {
  const targets = Object.keys(template.targets ?? {});
  return targets.flatMap((target) => {
    const actions = Object.values(template.actions).filter((action) => action.targets?.['Tasks'] === target);
    const inside = actions.filter(isInside);
    const found = facts.get(target);
    if (found === undefined) {
      return inside.length === 0 ? [] : [unknownService(target)];
    }
    return [...serviceChecks(found), ...(inside.length === 0 ? [] : insideChecks(found, inside))];
  });
}

/** Whether FIS acts within tasks, and not on them from outside. */
export function actsInsideTasks({ actions }: Template): boolean {
  return Object.values(actions).some(isInside);
}

function isInside({ actionId }: TemplateAction): boolean {
  return STRESS.has(actionId) || NETWORK.has(actionId) || actionId === KILL;
}

function unknownService(target: string): Check {
  return {
    name: `task definition of ${target}`,
    verdict: 'inconclusive',
    expected: 'an SSM agent beside the application, and fault injection allowed',
    observed: 'the target names no cluster and service, so nobody knows which task definition it will find',
  };
}

function check(name: string, holds: boolean, expected: string, observed: string): Check {
  return { name, verdict: holds ? 'pass' : 'fail', expected, observed };
}

function serviceChecks({ name, cluster, service, tasks }: ServiceFacts): Check[] {
  if (service === undefined) {
    return [check(`service ${name}`, false, `in the cluster ${cluster}`, 'there is none: the target would be empty')];
  }
  const row = check(`running tasks of ${name}`, tasks.length > 0, 'at least one', String(tasks.length));
  const spot = (service.capacityProviderStrategy ?? []).some(({ capacityProvider }) =>
    capacityProvider?.includes('SPOT'),
  );
  return spot
    ? [
        row,
        {
          name: `capacity of ${name}`,
          verdict: 'inconclusive',
          expected: 'tasks that only the experiment ends',
          observed: 'Spot capacity: AWS may end tasks at any time, and what is felt may not be the fault',
        },
      ]
    : [row];
}

function insideChecks(facts: ServiceFacts, actions: readonly TemplateAction[]): Check[] {
  const { taskDefinition, service, name } = facts;
  if (taskDefinition === undefined) {
    return [];
  }
  const network = actions.filter(({ actionId }) => NETWORK.has(actionId));
  const needsProcesses = network.length > 0 || actions.some(({ actionId }) => actionId === KILL);
  return [
    ...agentChecks(name, taskDefinition),
    check(
      `ECS Exec of ${name}`,
      service?.enableExecuteCommand !== true,
      'off: its agent and that of FIS cannot share a task',
      service?.enableExecuteCommand === true ? 'enableExecuteCommand: true' : 'off',
    ),
    ...(needsProcesses ? [processCheck(name, taskDefinition)] : []),
    ...(network.length > 0 ? networkChecks(facts, taskDefinition, network) : []),
  ];
}

function agentChecks(name: string, definition: TaskDefinition): Check[] {
  const agent = (definition.containerDefinitions ?? []).find(({ image = '' }) => AGENT.test(image));
  const row = check(
    `SSM agent of ${name}`,
    agent !== undefined,
    'a container with an image of amazon-ssm-agent, which registers the task',
    agent === undefined ? `none in ${imagesOf(definition)}` : `container ${agent.name}`,
  );
  return agent === undefined
    ? [row]
    : [row, variableCheck(name, agent), taskRoleCheck(name, definition), onlineCheck(name)];
}

function imagesOf({ containerDefinitions = [] }: TaskDefinition): string {
  return containerDefinitions.map(({ image = '?' }) => image).join(', ') || 'no container';
}

function variableCheck(name: string, agent: ContainerDefinition): Check {
  const value = (agent.environment ?? []).find((one) => one.name === ROLE_VARIABLE)?.value;
  return check(
    `registration of ${name}`,
    value !== undefined && value !== '',
    `${ROLE_VARIABLE} in the container's environment: the role that the registered task takes`,
    value === undefined ? 'not set' : `${ROLE_VARIABLE}=${value}`,
  );
}

function taskRoleCheck(name: string, { taskRoleArn }: TaskDefinition): Check {
  return check(
    `task role of ${name}`,
    taskRoleArn !== undefined,
    'one that may call ssm:CreateActivation and ssm:AddTagsToResource and pass the role of the registered task',
    taskRoleArn ?? 'none',
  );
}

/** Whether the agent runs is SSM's to say. */
function onlineCheck(name: string): Check {
  return {
    name: `SSM agent of ${name} online`,
    verdict: 'inconclusive',
    expected: 'each task registered, PingStatus Online',
    observed: 'not looked at; see aws ssm describe-instance-information --filters Key=tag-key,Values=ECS_TASK_ARN',
  };
}

function processCheck(name: string, { pidMode }: TaskDefinition): Check {
  return check(`pidMode of ${name}`, pidMode === 'task', 'task', pidMode ?? 'not set');
}

function networkChecks(
  { name, service }: ServiceFacts,
  definition: TaskDefinition,
  actions: readonly TemplateAction[],
): Check[] {
  const { enableFaultInjection, networkMode = 'bridge' } = definition;
  const endpoints = actions.every(({ parameters = {} }) =>
    /^true$/i.test(parameters['useEcsFaultInjectionEndpoints'] ?? ''),
  );
  const rows = [
    check(
      `fault injection of ${name}`,
      enableFaultInjection === true,
      'enableFaultInjection: true in the task definition',
      enableFaultInjection === true ? 'true' : 'not set',
    ),
    check(`network mode of ${name}`, networkMode !== 'bridge', 'awsvpc or host', networkMode),
  ];
  return onFargate(service, definition)
    ? [
        ...rows,
        check(
          `fault injection endpoints of ${name}`,
          endpoints,
          'useEcsFaultInjectionEndpoints: true, as Fargate has no other way',
          endpoints ? 'true' : 'not set',
        ),
      ]
    : rows;
}

function onFargate(service: ServiceFacts['service'], { requiresCompatibilities = [] }: TaskDefinition): boolean {
  return (
    service?.launchType === 'FARGATE' ||
    requiresCompatibilities.includes('FARGATE') ||
    (service?.capacityProviderStrategy ?? []).some(({ capacityProvider }) => capacityProvider?.startsWith('FARGATE'))
  );
}

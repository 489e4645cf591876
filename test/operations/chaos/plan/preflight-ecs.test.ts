import { describe, expect, it } from 'vitest';
import type { ServiceFacts } from '../../../../src/operations/chaos/plan/ecs-facts.ts';
import { preflightEcs } from '../../../../src/operations/chaos/plan/preflight-ecs.ts';
import { experimentOf, KILL, serviceWith, TASKS } from './samples.ts';

const TWO_ZONES = ['a', 'b'];
const fault = (action: string, parameters = 'duration: PT5M') =>
  experimentOf(`{ f: { actionId: ${action}, parameters: { ${parameters} }, targets: { Tasks: tasks } } }`, TASKS)
    .template;
const LATENCY = fault('aws:ecs:task-network-latency', 'duration: PT5M, useEcsFaultInjectionEndpoints: true');

const AGENT = {
  name: 'amazon-ssm-agent',
  image: 'public.ecr.aws/amazon-ssm-agent/amazon-ssm-agent:latest',
  environment: [{ name: 'MANAGED_INSTANCE_ROLE_NAME', value: 'managed' }],
};
/** A service with everything that a network fault needs. */
const READY: ServiceFacts = serviceWith(TWO_ZONES, {
  taskDefinition: {
    containerDefinitions: [{ name: 'web', image: 'web:1' }, AGENT],
    networkMode: 'awsvpc',
    pidMode: 'task',
    enableFaultInjection: true,
    taskRoleArn: 'arn:aws:iam::123456789012:role/web',
  },
});

const failing = (template: typeof LATENCY, facts: ServiceFacts) =>
  preflightEcs(template, new Map([['tasks', facts]]))
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ name }) => name);

describe('what a network fault needs of a task', () => {
  it('is there; whether the agent is online nobody has looked', () => {
    const rows = preflightEcs(LATENCY, new Map([['tasks', READY]]));
    expect(rows.filter(({ verdict }) => verdict !== 'pass').map(({ name, verdict }) => [name, verdict])).toEqual([
      ['SSM agent of web online', 'inconclusive'],
    ]);
    expect(rows).toHaveLength(10);
  });

  const definition = READY.taskDefinition;
  it.each<[string, Partial<ServiceFacts>, string[]]>([
    [
      'no agent',
      { taskDefinition: { ...definition, containerDefinitions: [{ image: 'web:1' }] } },
      ['SSM agent of web'],
    ],
    [
      'an image that only sounds like it',
      { taskDefinition: { ...definition, containerDefinitions: [{ image: 'me/my-amazon-ssm-agent-ish:1' }] } },
      ['SSM agent of web'],
    ],
    [
      'an agent that cannot register',
      { taskDefinition: { ...definition, containerDefinitions: [{ ...AGENT, environment: [] }] } },
      ['registration of web'],
    ],
    ['no task role', { taskDefinition: { ...definition, taskRoleArn: undefined } }, ['task role of web']],
    ['ECS Exec', { service: { ...READY.service, enableExecuteCommand: true } }, ['ECS Exec of web']],
    ['processes apart', { taskDefinition: { ...definition, pidMode: undefined } }, ['pidMode of web']],
    [
      'fault injection off',
      { taskDefinition: { ...definition, enableFaultInjection: false } },
      ['fault injection of web'],
    ],
    ['bridge', { taskDefinition: { ...definition, networkMode: 'bridge' } }, ['network mode of web']],
    ['no task', { tasks: [] }, ['running tasks of web']],
    ['no service', { service: undefined, taskDefinition: undefined, tasks: [] }, ['service web']],
  ])('tells of %s, and of nothing else', (_, change, expected) => {
    expect(failing(LATENCY, { ...READY, ...change })).toEqual(expected);
  });

  it('tells Fargate that it has only the endpoints of ECS', () => {
    const without = fault('aws:ecs:task-network-latency');
    expect(failing(without, READY)).toEqual(['fault injection endpoints of web']);
    expect(failing(without, { ...READY, service: { launchType: 'EC2' } })).toEqual([]);
    const provider = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] };
    expect(failing(without, { ...READY, service: provider })).toEqual(['fault injection endpoints of web']);
  });

  it('asks less of stress, and nothing inside the task of a stop', () => {
    const bare = { ...READY, taskDefinition: { ...definition, pidMode: undefined, enableFaultInjection: false } };
    expect(failing(fault('aws:ecs:task-cpu-stress'), bare)).toEqual([]);
    expect(failing(fault('aws:ecs:task-kill-process', 'processName: node'), bare)).toEqual(['pidMode of web']);
    expect(failing(experimentOf(KILL, TASKS).template, serviceWith(TWO_ZONES))).toEqual([]);
  });

  it('says that Spot may end tasks too, and what it cannot know of tasks chosen by tags', () => {
    const spot = { ...READY, service: { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] } };
    const rows = preflightEcs(LATENCY, new Map([['tasks', spot]]));
    expect(rows.find(({ name }) => name === 'capacity of web')?.verdict).toBe('inconclusive');
    const tagged = '{ tasks: { resourceType: aws:ecs:task, resourceTags: { a: b }, selectionMode: ALL } }';
    const byTag = experimentOf(
      '{ f: { actionId: aws:ecs:task-cpu-stress, parameters: { duration: PT5M }, targets: { Tasks: tasks } } }',
      tagged,
    );
    expect(preflightEcs(byTag.template, new Map())).toMatchObject([{ verdict: 'inconclusive' }]);
  });
});

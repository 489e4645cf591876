import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { OutsideError } from '../../../../src/errors.ts';
import type { LiveService } from '../../../../src/operations/deploy/live.ts';
import { fromExisting } from '../../../../src/operations/deploy/plan/candidate.ts';
import type { Ports } from '../../../../src/operations/ports.ts';

const running: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:r:0:task-definition/api:1',
  family: 'api',
  revision: 1,
  status: 'ACTIVE',
  containerDefinitions: [{ name: 'api', image: 'api:1', portMappings: [{ containerPort: 8000 }] }],
};
const next: TaskDefinition = { ...running, taskDefinitionArn: 'arn:aws:ecs:r:0:task-definition/api:2', revision: 2 };

const live = {
  service: { serviceName: 'api', loadBalancers: [{ containerName: 'api', containerPort: 8000 }] },
  taskDefinition: running,
} as unknown as LiveService;

async function propose(answer: TaskDefinition | Error) {
  const taskDefinition = async () => {
    if (answer instanceof Error) {
      throw answer;
    }
    return { taskDefinition: answer, tags: [] };
  };
  const { refusals, changes } = await fromExisting(live, 'api:2', {
    aws: { ecs: { taskDefinition } },
  } as unknown as Ports);
  return { refusals: refusals.map((refusal) => refusal.code), changes };
}

/** As the gateway throws what AWS answered. */
function awsError(name: string): OutsideError {
  const cause = Object.assign(new Error('Unable to describe task definition.'), { name });
  return new OutsideError('aws-error', 'ecs:DescribeTaskDefinition: …', 'ecs:DescribeTaskDefinition', { cause });
}

describe('a task definition that exists', () => {
  it('may be deployed, and is no change when it runs already', async () => {
    expect(await propose(next)).toEqual({
      refusals: [],
      changes: [{ path: 'taskDefinition', before: 'api:1', after: 'api:2' }],
    });
    expect(await propose(running)).toEqual({ refusals: [], changes: [] });
  });

  it('is refused when it was deregistered', async () => {
    expect((await propose({ ...next, status: 'INACTIVE' })).refusals).toEqual(['task-definition-inactive']);
  });

  it.each([
    ['another container', [{ name: 'web', portMappings: [{ containerPort: 8000 }] }]],
    ['another port', [{ name: 'api', portMappings: [{ containerPort: 9000 }] }]],
    ['no port', [{ name: 'api' }]],
  ])('is refused when it has %s than the load balancer sends to', async (_, containerDefinitions) => {
    expect((await propose({ ...next, containerDefinitions })).refusals).toEqual(['container-not-in-task-definition']);
  });

  it('is refused when AWS does not know it; other errors are errors', async () => {
    expect((await propose(awsError('ClientException'))).refusals).toEqual(['no-such-task-definition']);
    await expect(propose(awsError('AccessDeniedException'))).rejects.toThrow(OutsideError);
  });
});

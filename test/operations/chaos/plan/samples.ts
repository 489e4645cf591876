/** Experiments and facts for tests of plans. */

import type { Experiment } from '../../../../src/operations/chaos/experiment/experiment.ts';
import { parseExperiment } from '../../../../src/operations/chaos/experiment/parse.ts';
import type { ServiceFacts } from '../../../../src/operations/chaos/plan/ecs-facts.ts';
import type { Environment } from '../../../../src/platform/model.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'ca-central-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/fis`;
export const ALARM = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:stop`;

/** An experiment of these actions and targets (YAML, in flow style); `rest` stands at the top of the file. */
export function experimentOf(actions: string, targets = '{}', rest = ''): Experiment {
  const text = `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: sample }
template:
  description: A sample
  roleArn: ${ROLE}
  stopConditions: [{ source: aws:cloudwatch:alarm, value: '${ALARM}' }]
  targets: ${targets}
  actions: ${actions}
${rest}
`;
  const { experiment, problems } = parseExperiment(text, 'sample.yml');
  if (experiment === undefined) {
    throw new Error(JSON.stringify(problems));
  }
  return experiment;
}

export const KILL = '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: tasks } } }';
export const TASKS =
  '{ tasks: { resourceType: aws:ecs:task, parameters: { cluster: main, service: web }, selectionMode: COUNT(1) } }';

export const DEV: Environment = {
  name: 'dev',
  region: REGION,
  account: undefined,
  cluster: 'main',
  zones: [`${REGION}a`, `${REGION}b`],
  protected: false,
  pausable: false,
  load: { allow: [], maximum: undefined },
  databases: {},
  schedule: undefined,
  lines: { protected: 'surefoot.yml:5', pausable: 'surefoot.yml:5', schedule: 'surefoot.yml:5' },
};

export function taskArn(id: string): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:task/main/${id}`;
}

/** A service of which each task stands in the zone given. */
export function serviceWith(zones: readonly string[], rest: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    cluster: 'main',
    name: 'web',
    service: { launchType: 'FARGATE', enableExecuteCommand: false },
    taskDefinition: { containerDefinitions: [{ name: 'web', image: 'web:1' }], networkMode: 'awsvpc' },
    tasks: zones.map((zone, index) => ({
      taskArn: taskArn(String(index)),
      availabilityZone: zone,
      lastStatus: 'RUNNING',
    })),
    ...rest,
  };
}

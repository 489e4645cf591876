/** What the tests of the operations share: one lab for each file, calls over the wire, and the least that can be registered. */

import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, startLab } from '../lab.ts';

let started: Lab | undefined;

beforeAll(async () => {
  started = await startLab();
});

afterAll(async () => {
  await started?.stop();
});

/** The lab, once it has started. */
export function lab(): Lab {
  if (started === undefined) {
    throw new Error('the lab starts before the first test: ask for it inside of one');
  }
  return started;
}

/** Calls an operation of ECS over the wire. */
export const call = <T>(operation: string, input: object) => lab().call<T>('ecs', operation, input);
/** What is expected of the error of a call. */
export const refused = (operation: string, input: object) => expect(call(operation, input)).rejects;

export const container = { name: 'app', image: 'repository/web:good', portMappings: [{ containerPort: 8000 }] };
export const definition = { family: 'shapes', networkMode: 'awsvpc', containerDefinitions: [container] };

export const service: Omit<CreateServiceRequest, 'serviceName'> = {
  cluster: 'lab',
  desiredCount: 0,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
};

/** The service's entry for the load balancer of the lab. */
export const balancer = () => ({ targetGroupArn: lab().blue, containerName: 'app', containerPort: 8000 });

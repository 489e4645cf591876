/** A step of an action on a lab's service. */
import path from 'node:path';
import { describe } from 'vitest';
import type { Lab } from '../survival/lab.ts';
import { RUNNER_NODE, type Step, type StepOptions, startStep } from './runner.ts';

export const PLATFORM_FILE = path.resolve('test/survival/platform/surefoot.yml');

/** Like `describe`; where there is no Node 24 its tests are skipped, by name. */
export const describeOnRunner = describe.skipIf(RUNNER_NODE === undefined);

/** Starts the main step of an action against the lab, through its proxy. */
export function startLabStep(
  lab: Pick<Lab, 'environment' | 'proxy' | 'workDirectory'>,
  inputs: Readonly<Record<string, string>>,
  rest: Partial<StepOptions> = {},
): Promise<Step> {
  return startStep({
    workspace: lab.workDirectory,
    ...rest,
    with: { config: PLATFORM_FILE, environment: lab.environment, ...inputs },
    env: { AWS_ENDPOINT_URL: lab.proxy.endpoint, ...rest.env },
  });
}

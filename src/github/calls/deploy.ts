import type { InputTable, InputValues } from '../inputs/kinds.ts';
import { deployNeeds } from '../inputs/needs.ts';
import { readInputs } from '../inputs/read.ts';
import { DEPLOY_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment, guardsOf, selectionOf } from './call.ts';
import type { DeployCallOptions } from './deploy-commands.ts';

/** Reads the inputs of `deploy`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function deployCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('deploy', DEPLOY_INPUTS, environment, others, deployNeeds);
  const command = values.command ?? 'deploy';
  return {
    operation: 'deploy',
    command,
    guards: guardsOf(values, environment),
    githubToken: values['github-deployment'] ? (values['github-token'] ?? '') : undefined,
    run: async (session) => (await import('./deploy-commands.ts')).callDeploy(command, optionsOf(values), session),
  };
}

function optionsOf(values: InputValues<typeof DEPLOY_INPUTS>): DeployCallOptions {
  return {
    ...selectionOf(values),
    ...defined({ service: values.service, taskDefinition: values['task-definition'], blocks: values.blocks }),
    ...defined({ overrideErrorBudget: values['override-error-budget'] }),
    image: values.image,
    dryRun: values['dry-run'],
    repair: values.repair,
  };
}

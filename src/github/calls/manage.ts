import type { ManageCommand, ManageOptions } from '../../entry/manage/options.ts';
import type { InputTable, InputValues } from '../inputs/kinds.ts';
import { manageNeeds } from '../inputs/needs.ts';
import { readInputs } from '../inputs/read.ts';
import { MANAGE_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment, guardsOf, selectionOf } from './call.ts';

/** Reads the inputs of `ecs-manage`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function manageCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('ecs-manage', MANAGE_INPUTS, environment, others, manageNeeds);
  const command: ManageCommand = values.command ?? 'status';
  return {
    operation: 'ecs-manage',
    command,
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) =>
      (await import('../../entry/manage/manage.ts')).manage(command, manageOptions(command, values), session),
  };
}

/** Options of other commands stay away: the use case refuses them. */
function manageOptions(command: ManageCommand, values: InputValues<typeof MANAGE_INPUTS>): ManageOptions {
  const { service, all, desired, minimum, maximum, remove, job, container, cpu, memory, variables } = values;
  return {
    ...selectionOf(values),
    ...(service.length === 0 ? {} : { services: service }),
    ...(all ? { all } : {}),
    dryRun: values['dry-run'],
    ...defined({ reason: values.reason, timeoutSeconds: values.timeout }),
    ...defined({ desired, minimum, maximum, job, container, cpu, memory }),
    ...(command === 'schedule' ? { remove } : {}),
    ...(values['task-command'].length === 0 ? {} : { taskCommand: values['task-command'] }),
    ...(variables.length === 0 ? {} : { variables }),
  };
}

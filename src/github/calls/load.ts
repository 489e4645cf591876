import type { LoadOptions } from '../../entry/load/load.ts';
import type { Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import type { InputTable } from '../inputs/kinds.ts';
import { readInputs } from '../inputs/read.ts';
import { LOAD_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment, guardsOf, selectionOf } from './call.ts';

/** Reads the inputs of `load-test`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function loadCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('load-test', LOAD_INPUTS, environment, others);
  const { script, url, compress, service, baseline, against, pairs, price, journal, tolerance } = values;
  const { tasks, 'task-definition': taskDefinition, 'start-in': startIn, segment, 'start-at': startAt, parts } = values;
  const options: LoadOptions = {
    ...selectionOf(values),
    ...defined({ script, url, compress, service, baseline, against, pairs, price, journal }),
    ...defined({ tasks, taskDefinition, startIn, segment, startAt, parts }),
    ...defined({ onWorse: values['on-worse'] }),
    ...(tolerance.length === 0 ? {} : { tolerance }),
    profile: values.profile ?? '',
    dryRun: values['dry-run'],
  };
  // Elsewhere the workflow is the consent. A load on production is asked for by a word of its own, as `--yes` in the terminal.
  const confirm = (session: Session): Session['confirm'] =>
    values['confirm-protected'] ? session.confirm : async () => Promise.reject(notConfirmed());
  return {
    operation: 'load-test',
    command: 'load-test',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) =>
      (await import('../../entry/load/load.ts')).loadAction(options, { ...session, confirm: confirm(session) }),
  };
}

function notConfirmed(): InputError {
  return new InputError(
    'not-confirmed',
    'the environment is protected; no request was sent. Set confirm-protected to true if this load is meant for it',
  );
}

import type { NightlyOptions } from '../../entry/nightly/nightly.ts';
import type { InputTable } from '../inputs/kinds.ts';
import { readInputs } from '../inputs/read.ts';
import { NIGHTLY_INPUTS } from '../inputs/tables.ts';
import { type Call, type Environment, guardsOf, selectionOf } from './call.ts';

/** Reads the inputs of `nightly`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function nightlyCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('nightly', NIGHTLY_INPUTS, environment, others);
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  const options: NightlyOptions = {
    ...selectionOf(values),
    history: values.history,
    dryRun: values['dry-run'],
    ...(GITHUB_RUN_ID === undefined || GITHUB_RUN_ID === ''
      ? {}
      : { run: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` }),
  };
  return {
    operation: 'nightly',
    command: 'nightly',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    issueToken: values.issue ? (values['github-token'] ?? '') : undefined,
    run: async (session) => (await import('../../entry/nightly/nightly.ts')).nightlyAction(options, session),
  };
}

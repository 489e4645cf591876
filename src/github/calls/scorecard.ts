import type { ScorecardOptions } from '../../entry/scorecard/options.ts';
import type { InputTable } from '../inputs/kinds.ts';
import { readInputs } from '../inputs/read.ts';
import { SCORECARD_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment, guardsOf } from './call.ts';

/** Reads the inputs of `scorecard`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function scorecardCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('scorecard', SCORECARD_INPUTS, environment, others);
  const { evidence, facts, previous, badge, dora, slo } = values;
  const reads = dora !== undefined && dora !== 'false';
  const options: ScorecardOptions = {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    evidence,
    facts,
    slo,
    ...(reads ? { dora: dora === 'true' || dora } : {}),
    ...defined({ environment: values.environment, failOn: values['fail-on'], previous, badge }),
    ...defined({ doraEnvironment: values['dora-environment'], doraWorkflow: values['dora-workflow'] }),
    ...defined({ doraIncidentLabel: values['dora-incident-label'], githubToken: values['github-token'] }),
  };
  return {
    operation: 'scorecard',
    command: 'scorecard',
    guards: guardsOf(values, environment),
    githubToken: undefined,
    run: async (session) => (await import('../../entry/scorecard/scorecard.ts')).scorecardAction(options, session),
  };
}

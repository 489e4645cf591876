import type { GateOptions } from '../../entry/gate/gate.ts';
import type { InputTable } from '../inputs/kinds.ts';
import { readInputs } from '../inputs/read.ts';
import { GATE_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment } from './call.ts';

/** Reads the inputs of `security-gate`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function gateCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('security-gate', GATE_INPUTS, environment, others);
  const recording = values['record-baseline'] !== undefined;
  const { base, waivers, baseline, history, kev, epss, category, service } = values;
  const options: GateOptions = {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    image: values.image,
    baseImage: values['base-image'],
    varFile: values['var-file'],
    offline: values.offline,
    ...defined({ environment: values.environment, service, waivers, baseline, history, kev, epss, category }),
    ...defined({ recordBaseline: values['record-baseline'] }),
    ...(base === undefined || base === 'none' || recording ? {} : { base }),
  };
  return {
    operation: 'security-gate',
    command: 'security-gate',
    guards: { foreignEndpoints: false },
    githubToken: undefined,
    run: async (session) => (await import('../../entry/gate/gate.ts')).gateAction(values.path ?? '.', options, session),
  };
}

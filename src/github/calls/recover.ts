import type { ProcedureName, RecoverOptions } from '../../entry/recover/options.ts';
import type { InputTable, InputValues } from '../inputs/kinds.ts';
import { recoverNeeds } from '../inputs/needs.ts';
import { readInputs } from '../inputs/read.ts';
import type { RECOVER_OWN, RECOVER_SHARED } from '../inputs/recover-inputs.ts';
import { RECOVER_INPUTS } from '../inputs/tables.ts';
import { type Call, type Environment, guardsOf, selectionOf } from './call.ts';

type Values = InputValues<typeof RECOVER_OWN & typeof RECOVER_SHARED>;
type Rest = Omit<RecoverOptions, 'config' | 'environment' | 'reportDir'>;

/** Reads the inputs of `recover`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function recoverCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('recover', RECOVER_INPUTS, environment, others, recoverNeeds);
  const { command, config: _, environment: __, region, 'allowed-account-ids': accounts, ...rest } = values;
  const procedure = command ?? 'restart-service';
  const { 'allow-endpoint-override': override, 'report-dir': ___, 'dry-run': dryRun, ...own } = rest;
  return {
    operation: 'recover',
    command: procedure,
    guards: guardsOf({ region, 'allowed-account-ids': accounts, 'allow-endpoint-override': override }, environment),
    githubToken: undefined,
    run: async (session) => {
      const options = { ...selectionOf(values), ...recoverOptions(procedure, own), ...(dryRun ? { dryRun } : {}) };
      return (await import('../../entry/recover/recover.ts')).recoverAction(procedure, options, session);
    },
  };
}

/** `key-of-an-input` as `keyOfAnInput`; what was not given stays away: the use case refuses values of other procedures. */
export function recoverOptions(procedure: ProcedureName, values: Values): Rest {
  const { 'whole-bucket': whole, timeout, weights, rate, ...texts } = values;
  const given = Object.entries(texts).filter(([, value]) => value !== undefined && value !== false);
  return {
    ...(Object.fromEntries(given.map(([name, value]) => [camel(name), value])) as Rest),
    ...(procedure === 's3-restore' && whole ? { prefix: '' } : {}),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    ...(weights.length === 0 ? {} : { weights: weights.join(',') }),
    ...(rate === undefined ? {} : { rate: `${rate}` }),
  };
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

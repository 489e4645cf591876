/** From the inputs of `recover` to its options. */
import type { ProcedureName, RecoverOptions } from '../entry/recover/options.ts';
import type { InputValues } from './inputs/kinds.ts';
import type { RECOVER_OWN, RECOVER_SHARED } from './inputs/recover-inputs.ts';

type Values = InputValues<typeof RECOVER_OWN & typeof RECOVER_SHARED>;
type Rest = Omit<RecoverOptions, 'config' | 'environment' | 'reportDir'>;

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

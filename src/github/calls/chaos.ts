import type { Session } from '../../entry/session.ts';
import type { InputTable } from '../inputs/kinds.ts';
import { chaosNeeds } from '../inputs/needs.ts';
import { readInputs } from '../inputs/read.ts';
import { CHAOS_INPUTS } from '../inputs/tables.ts';
import { type Call, defined, type Environment, guardsOf, selectionOf } from './call.ts';

/** Reads the inputs of `chaos`; `others` may stand beside them. @throws InputError with everything that is wrong */
export function chaosCall(environment: Environment, others: InputTable): Call {
  const values = readInputs('chaos', CHAOS_INPUTS, environment, others, chaosNeeds);
  const command = values.command ?? 'plan';
  const { service, zone, folder, offline, variables, catalogue } = values;
  const common = { ...selectionOf(values), ...defined({ service }) };
  const experiment = { ...common, ...defined({ zone, catalogue }), experiment: values.experiment ?? '', variables };
  const run = {
    plan: async (session: Session) =>
      (await import('../../entry/chaos/plan.ts')).chaosPlanAction({ ...experiment, offline }, session),
    list: async (session: Session) =>
      (await import('../../entry/chaos/list.ts')).chaosListAction(
        { ...common, offline, ...defined({ folder }) },
        session,
      ),
    run: async (session: Session) =>
      (await import('../../entry/chaos/run.ts')).chaosRunAction(
        {
          ...experiment,
          allowIrreversible: values['allow-irreversible'],
          ...defined({ downtimeBudget: values['downtime-budget'] }),
          ...(values.earlier.length === 0 ? {} : { earlier: values.earlier }),
        },
        session,
      ),
    stop: async (session: Session) => (await import('../../entry/chaos/run.ts')).chaosStopAction(common, session),
  }[command];
  return { operation: 'chaos', command, guards: guardsOf(values, environment), githubToken: undefined, run };
}

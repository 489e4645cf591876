/** The safety lever. */
import type { Operation } from '../../wire/operation.ts';
import type { FisContext } from '../context.ts';
import { errors } from '../errors.ts';
import { SAFETY_LEVER_ID } from '../experiments/safety-lever.ts';
import { fisOperation } from './define.ts';

/** The operations on the safety lever. */
export function safetyLeverOperations({ lever, experiments }: FisContext): Operation[] {
  return [
    fisOperation('GetSafetyLever', {
      supports: ['id'],
      handle: ({ id }) => {
        checkId(id);
        return { safetyLever: lever.view() };
      },
    }),
    fisOperation('UpdateSafetyLeverState', {
      supports: ['id', 'state.*'],
      handle: ({ id, state }) => {
        checkId(id);
        lever.set(state.status, state.reason, (reason) => experiments.stopAll(reason));
        return { safetyLever: lever.view() };
      },
    }),
  ];
}

function checkId(id: string): void {
  if (id !== SAFETY_LEVER_ID) {
    throw errors.noSafetyLever(id);
  }
}

/**
 * The safety lever of the account and region: engaged, it has stopped what ran, and cancels what is started.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/safety-lever.html
 */
import type { SafetyLever as SafetyLeverView } from '../../../aws/fis/types.ts';
import { errors } from '../errors.ts';

export const SAFETY_LEVER_ID = 'default';

export class SafetyLever {
  readonly #arn: string;
  #status: 'disengaged' | 'engaging' | 'engaged' = 'disengaged';
  #reason = 'The safety lever has not been used.';

  constructor({ region, accountId }: { readonly region: string; readonly accountId: string }) {
    this.#arn = `arn:aws:fis:${region}:${accountId}:safety-lever/${SAFETY_LEVER_ID}`;
  }

  /** Whether experiments that are started now are cancelled. */
  get stopsExperiments(): boolean {
    return this.#status !== 'disengaged';
  }

  view(): SafetyLeverView {
    return { id: SAFETY_LEVER_ID, arn: this.#arn, state: { status: this.#status, reason: this.#reason } };
  }

  /**
   * @param stopAll ends all experiments that run, and resolves when they have
   * @throws AwsError ConflictException when only the reason would change, or while the lever is being engaged
   */
  set(status: 'engaged' | 'disengaged', reason: string, stopAll: (reason: string) => Promise<void>): void {
    if (this.#status === 'engaging') {
      throw errors.conflict('The safety lever is being engaged.');
    }
    if (status === this.#status && reason !== this.#reason) {
      throw errors.conflict(`The safety lever is ${status} already; its reason changes with its status only.`);
    }
    if (status === this.#status) {
      return;
    }
    this.#reason = reason;
    this.#status = status === 'engaged' ? 'engaging' : 'disengaged';
    if (status === 'engaged') {
      void stopAll('Experiment was stopped by the safety lever.').then(() => {
        this.#status = 'engaged';
      });
    }
  }
}

/** What measuring gives. */
import type { Fraction } from '../../../platform/decimal.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Observation } from '../observation.ts';
import type { Support } from './support.ts';

export interface Measured {
  readonly value: Fraction;
  /** How the value reads; with its counts where it has any. */
  readonly text: string;
  readonly lower?: number;
  readonly upper?: number;
  readonly n?: number;
  readonly count?: number;
  readonly method: string;
  readonly support: Support;
  /** Where not the value alone decides: nothing is decided, or something surely is. */
  readonly decided?: 'met' | 'missed' | Reason;
}

/** A quantity that was reported or read off, of a time. */
export type Amount = Observation & {
  readonly reading: { readonly kind: 'amount'; readonly value: Fraction; readonly of: Fraction | undefined };
};

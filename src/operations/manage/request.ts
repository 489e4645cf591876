/** What is asked of managing one service, and what it ends with. */
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Reason } from '../../report/evidence.ts';
import type { Live } from './live.ts';

export interface ManageRequest {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly target: ServiceInEnvironment;
  /** Set when the endpoint is a rehearsal platform. */
  readonly rehearsalSpeed: number | undefined;
  /** Why, in the words of whoever asked. */
  readonly reason: string | undefined;
  /** Longest wait; undefined: the operation's own. */
  readonly timeoutSeconds: number | undefined;
}

/** What would be done with one service; nothing is done while there are refusals. */
export interface Plan {
  readonly live: Live;
  readonly refusals: readonly Reason[];
  /** Each a step, in order; empty when there is nothing to do. */
  readonly steps: readonly string[];
  /** What is worth knowing but stops nothing. */
  readonly notes: readonly string[];
}

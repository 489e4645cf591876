/** What every operation of this service works with. */
import type { RehearsalClock } from '../world/clock.ts';
import type { Experiments } from './experiments/experiments.ts';
import type { SafetyLever } from './experiments/safety-lever.ts';
import type { OnceByToken } from './once-by-token.ts';
import type { TemplateRecord } from './templates/template.ts';

export interface FisContext {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly accountId: string;
  /** By id. */
  readonly templates: Map<string, TemplateRecord>;
  readonly experiments: Experiments;
  readonly lever: SafetyLever;
  /** What requests with a client token have made. */
  readonly made: OnceByToken;
}

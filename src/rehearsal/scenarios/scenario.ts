/** What a rehearsal scenario is, and what it gets to work with. */
import type { RunningLoad } from '../../measure/types.ts';
import type { Ports } from '../../operations/ports.ts';
import type { Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Check, Evidence, LoadRecord } from '../../report/evidence.ts';
import type { Rehearsal } from '../platform.ts';

export interface Stage {
  readonly platform: Platform;
  readonly target: ServiceInEnvironment;
  readonly rehearsal: Rehearsal;
  readonly ports: Ports;
  readonly load: RunningLoad;
  /** Files of this scenario go here. */
  readonly workDirectory: string;
}

/** What happened, for the scenario's expectations to be held against. */
export interface Observation {
  /** The operation's own evidence. */
  readonly operation: Evidence;
  readonly load: LoadRecord;
}

export interface Scenario {
  readonly name: string;
  /** One sentence: what is done and what must come of it. */
  readonly expects: string;
  /** The operation under test, with the load already flowing. */
  act(stage: Stage): Promise<Evidence>;
  /** The expectations, each as a check with what was expected and observed. Pure. */
  judge(observation: Observation): readonly Check[];
  /** One sentence with the numbers that matter, for when everything was as expected. Pure. */
  summarise(observation: Observation): string;
}

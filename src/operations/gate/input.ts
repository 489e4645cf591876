/** What the gate judges. Plain data: the audit keeps it. */
import type { Reason } from '../../report/evidence.ts';
import type { Baseline } from './baseline.ts';
import type { TreeScan } from './findings/finding.ts';
import type { Finding } from './findings/listed.ts';
import type { GateTarget } from './targets.ts';
import type { Waiver } from './waivers/waiver-file.ts';

/** A tree as it was found. */
export interface ListedTree extends Pick<TreeScan, 'coverage' | 'checks' | 'database' | 'endOfLifeImages' | 'runs'> {
  /** What it is called in sentences: `head`, `base`. */
  readonly name: string;
  readonly findings: readonly Finding[];
}

export interface GateInput {
  /** ISO 8601. */
  readonly now: string;
  readonly head: ListedTree;
  /** undefined: compared with nothing, or with the baseline. */
  readonly base: ListedTree | undefined;
  readonly targets: readonly GateTarget[];
  readonly waivers: readonly Waiver[];
  readonly baseline: Baseline | undefined;
  /** When findings were first seen, by id, from the baseline and earlier reports. */
  readonly firstSeen: Readonly<Record<string, string>>;
  /** Whether there is a baseline or an earlier report, so that what they do not have is known to be younger. */
  readonly remembers: boolean;
  /** What fails the gate whatever the scanners say: a waiver file with mistakes, say. */
  readonly refusals: readonly Reason[];
}

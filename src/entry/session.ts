/** What both entries, the terminal's and GitHub's, hand to a use case: how to tell, how to ask, when to stop. */
import type { Journal, Reporter } from '../operations/ports.ts';
import type { Platform } from '../platform/model.ts';

/** Which service of which environment; paths as the user gave them. */
export interface SelectionOptions {
  readonly config: string;
  readonly environment?: string;
  readonly service?: string;
}

/** Where evidence and reports go. */
export interface ReportOptions {
  readonly reportDir: string;
}

/** What a caller holds AWS to, besides what the platform file says. */
export interface Guards {
  /** The region that the caller expects, and where it said so; the platform file must say the same. */
  readonly region?: { readonly name: string; readonly from: string };
  /** Credentials of any other account are refused. Not asked in a rehearsal. */
  readonly accounts?: readonly string[];
  /** False: requests may go to AWS and to this machine, nowhere else. */
  readonly foreignEndpoints: boolean;
}

export interface Session {
  readonly reporter: Reporter;
  /** Aborts when the person or the runner cancels. */
  readonly signal: AbortSignal;
  /** Aborts when what a cancelled operation undoes must end too: the person cancels again, or the runner is about to kill. */
  readonly signalForUndo?: AbortSignal;
  /** How results may look. */
  readonly look: { readonly columns: number; readonly colour: boolean };
  /** Asks a person after showing the plan; true where the caller agreed beforehand. @throws InputError where nobody can be asked */
  confirm(question: string, shown: string): Promise<boolean>;
  readonly guards?: Guards;
  /** Who is asking, for AWS's own records: pairs that the user agent of every call ends with. */
  readonly userAgent?: readonly (readonly [name: string, version: string])[];
  /** Makes the journal of what is begun in that environment; undefined where nobody would read it. */
  readonly openJournal?: (platform: Platform, environment: string) => Journal;
  /** Makes secrets unreadable in what is written to disk. */
  readonly redact?: (text: string) => string;
}

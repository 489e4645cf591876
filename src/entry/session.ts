/** What both entries, the terminal's and GitHub's, hand to a use case: how to tell, how to ask, when to stop. */
import type { Reporter } from '../operations/ports.ts';

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

export interface Session {
  readonly reporter: Reporter;
  /** Aborts when the person or the runner cancels. */
  readonly signal: AbortSignal;
  /** How results may look. */
  readonly look: { readonly columns: number; readonly colour: boolean };
  /** Asks a person after showing the plan; true where the caller agreed beforehand. @throws InputError where nobody can be asked */
  confirm(question: string, shown: string): Promise<boolean>;
}

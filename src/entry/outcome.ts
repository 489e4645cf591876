/** What a command ended with, and how that becomes text, JSON and an exit code. */
import { InputError, OutsideError } from '../errors.ts';
import type { Problem } from '../platform/problems.ts';
import { formatProblem } from '../platform/problems.ts';
import type { Evidence, Reason, Verdict } from '../report/evidence.ts';

export const EXIT = { pass: 0, fail: 1, input: 2, inconclusive: 3, outside: 4, cancelled: 130 } as const;

/** Something to show beside the code that it is about. */
export interface Remark {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** A place in a file of the workspace. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** The higher, the worse. */
  readonly rank: number;
}

export interface Outcome {
  readonly operation: string;
  /** null for a command that judges nothing; one that judged nothing because something was wrong throws instead. */
  readonly verdict: Verdict | null;
  readonly reasons: readonly Reason[];
  /** For people, on stdout. */
  readonly text: string;
  /** Set when it was cancelled and left a record of what was undone: the exit code says so, whatever the verdict. */
  readonly cancelled?: boolean;
  /** Set when nobody asked to fail for this verdict: it is told, and the exit code is that of a pass. */
  readonly tolerated?: boolean;
  /** Path of the evidence file, when one was written. */
  readonly evidence?: string;
  /** Path of the report for people, when one was written. */
  readonly report?: string;
  /** The evidence itself, as it was written. */
  readonly record?: Evidence;
  /** What reviewers see in the changed files. */
  readonly remarks?: readonly Remark[];
  /** Markdown to stand below the verdict in a summary. */
  readonly summary?: string;
  /** The operation's own result, part of `--json`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  /** What is wrong in files; part of the message. */
  readonly problems?: readonly Problem[];
  /** `file:line:column` of each problem, or the call that failed. */
  readonly where: readonly string[];
}

/** Thrown into waits when the person or the runner cancels. */
export class Cancelled extends Error {
  constructor(by: string) {
    super(`cancelled by ${by}`);
    this.name = 'AbortError';
  }
}

export function exitCodeOf(outcome: Pick<Outcome, 'verdict' | 'cancelled' | 'tolerated'>): number {
  const { verdict, cancelled = false, tolerated = false } = outcome;
  if (cancelled) {
    return EXIT.cancelled;
  }
  return verdict === null || tolerated ? EXIT.pass : EXIT[verdict];
}

/** Sorts an error into what the person did, what failed outside, and what is a bug of ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) {
    const list = error.problems.map(formatProblem).join('\n');
    const where = error.problems.map((problem) => `${problem.file}:${problem.line}:${problem.column}`);
    return {
      exitCode: EXIT.input,
      code: error.code,
      message: list === '' ? error.message : `${error.message}\n${list}`,
      problems: error.problems,
      where,
    };
  }
  if (error instanceof OutsideError) {
    return { exitCode: EXIT.outside, code: error.code, message: error.message, where: [error.where] };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { exitCode: EXIT.cancelled, code: 'cancelled', message: error.message, where: [] };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack =
    process.env['SUREFOOT_DEBUG'] && error instanceof Error
      ? `\n${error.stack}`
      : ' (set SUREFOOT_DEBUG=1 to see where)';
  return {
    exitCode: EXIT.outside,
    code: 'unexpected',
    message: `unexpected error, please report it: ${message}${stack}`,
    where: [],
  };
}

/** The one object that `--json` prints. */
export function toJson(operation: string, startedAt: Date, finishedAt: Date, result: Outcome | Failure): object {
  const times = { startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString() };
  if ('exitCode' in result) {
    const { code, message, where } = result;
    return { operation, verdict: null, reasons: [], error: { code, message, where }, ...times, evidence: null };
  }
  return {
    operation,
    verdict: result.verdict,
    reasons: result.reasons,
    error: null,
    ...times,
    evidence: result.evidence ?? null,
    ...result.details,
  };
}

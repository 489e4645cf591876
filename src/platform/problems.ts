/** Problems as people see them. */

/** One thing wrong in a file of the user's: where, what, and what to write instead. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

/** One problem as two lines of a terminal: `surefoot.yml:12:7 message`, then what to write. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.message}\n  write: ${problem.hint}`;
}

/** In the order of the file. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.message.localeCompare(b.message),
  );
}

/** Problems as people see them. */
import type { Problem } from './model.ts';

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

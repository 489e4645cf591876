/** Errors that are not verdicts. Each carries what a person needs to act, and the exit code that the command line ends with. */
import type { Problem } from './platform/problems.ts';

/** Wrong input, configuration, or a refusal: nothing was changed. Exit code 2. */
export class InputError extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'InputError';
    this.code = code;
    this.problems = problems;
  }
}

/** Something outside failed: AWS, GitHub, a tool. Exit code 4. */
export class OutsideError extends Error {
  readonly code: string;
  readonly where: string;

  constructor(code: string, message: string, where: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutsideError';
    this.code = code;
    this.where = where;
  }
}

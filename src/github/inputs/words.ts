/** Messages of the use cases name options as the terminal has them; in a workflow they are inputs. */
import type { Failure } from '../../entry/outcome.ts';
import type { InputTable } from './kinds.ts';

/** The failure with `--image <reference>` written as \`image:\`, wherever there is such an input. Commands to type stay as they are. */
export function inWordsOfInputs(failure: Failure, table: InputTable): Failure {
  const { message, problems } = failure;
  return {
    ...failure,
    message: rename(message, table),
    ...(problems === undefined
      ? {}
      : { problems: problems.map((problem) => ({ ...problem, hint: rename(problem.hint, table) })) }),
  };
}

function rename(text: string, table: InputTable): string {
  const option = /`--([a-z][a-z-]*)`|`[^`]*`|(?<![\w-])--([a-z][a-z-]*)(?: <[^<>\s]+>)?/g;
  return text.replace(option, (found, quoted?: string, bare?: string) => {
    const name = quoted ?? bare;
    return name !== undefined && Object.hasOwn(table, name) ? `\`${name}:\`` : found;
  });
}

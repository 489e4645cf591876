/** One mistake in a good file gives one problem, at its place, that says what to write. */
import { expect, it } from 'vitest';
import { parsePlatform } from '../../../src/platform/parse.ts';
import { edit, FULL } from '../samples.ts';

export interface Mistake {
  readonly from: string;
  readonly to: string;
  /** The text at whose start the problem must be located, in the edited file. */
  readonly at: string;
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** Where `needle` stands in the text, 1-based. */
function placeOf(text: string, needle: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(needle)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** A test for each mistake, by its name: made in the full sample, it is the one problem that is found. */
export function eachGivesOneProblem(mistakes: Readonly<Record<string, Mistake>>): void {
  it.each(Object.entries(mistakes))('%s', (_, { from, to, at, message, hint }) => {
    const text = edit(FULL, from, to);
    const { platform, problems } = parsePlatform(text, 'surefoot.yml');
    expect(platform).toBeUndefined();
    expect(problems).toEqual([
      {
        file: 'surefoot.yml',
        ...placeOf(text, at),
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      },
    ]);
  });
}

/** Texts that somebody meant to fill in: `<YOUR ACCOUNT>`, `{{region}}`, what a skeleton of the AWS CLI leaves. */
import type { Path } from '../../../platform/source/spots.ts';
import { eachText } from '../experiment/mappings.ts';
import type { Remarks } from './finding.ts';

const LEFTOVER =
  /<(?:your|insert|replace|my|account|region|enter)[^<>]{0,80}>|<[A-Z][A-Z0-9 _-]{1,80}>|\{\{\s*[\w.: -]{1,80}\s*\}\}|\b(?:CHANGE_?ME|REPLACE_?ME)\b/i;

/** What each of them has in it: most texts have none of it, and each text of each file is asked. */
const HINT = /[<{]|_?ME\b/i;

/** The part of a text that is left to be filled in; undefined when there is none. */
export function leftover(text: string): string | undefined {
  return HINT.test(text) ? LEFTOVER.exec(text)?.[0] : undefined;
}

/** Every text with such a part in it, by its path in the template. */
export function leftoversIn(template: unknown): { readonly path: Path; readonly found: string }[] {
  const all: { path: Path; found: string }[] = [];
  eachText(template, (value, path) => {
    const found = leftover(value);
    if (found !== undefined && path.at(-1) !== 'kubernetesSpec') {
      all.push({ path: [...path], found });
    }
  });
  return all;
}

/** Names of things in AWS have none of these characters, so that AWS refuses it; in a sentence it takes it. */
export function leftoversAreFilledIn(template: unknown, remarks: Remarks): void {
  for (const { path, found } of leftoversIn(template)) {
    const what = `has ${found} in it, which was left to be filled in`;
    const isProse = path.at(-1) === 'description' || path.includes('tags') || path.includes('resourceTags');
    remarks[isProse ? 'warning' : 'error']({ rule: 'left-over', path, what, write: 'the real one' });
  }
}

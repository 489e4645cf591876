/** Texts that somebody meant to fill in: `<YOUR ACCOUNT>`, `{{region}}`, what a skeleton of the AWS CLI leaves. */
import type { Path } from '../../../platform/source.ts';
import type { Remarks } from './finding.ts';

const LEFTOVER =
  /<(?:your|insert|replace|my|account|region|enter)[^<>]{0,80}>|<[A-Z][A-Z0-9 _-]{1,80}>|\{\{\s*[\w.: -]{1,80}\s*\}\}|\b(?:CHANGE_?ME|REPLACE_?ME)\b/i;

/** The part of a text that is left to be filled in; undefined when there is none. */
export function leftover(text: string): string | undefined {
  return LEFTOVER.exec(text)?.[0];
}

/** Every text with such a part in it, by its path in the template. */
export function leftoversIn(template: unknown): { readonly path: Path; readonly found: string }[] {
  const all: { path: Path; found: string }[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value === 'string') {
      const found = path.at(-1) === 'kubernetesSpec' ? undefined : leftover(value);
      if (found !== undefined) {
        all.push({ path, found });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        walk(each, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    }
  };
  walk(template, []);
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

/** Values from outside (names, messages, versions) made safe to look at, before any markup is escaped. */

/**
 * Characters that would act instead of being seen: controls (a terminal obeys them), marks that turn the direction of text
 * (they can make a line read as something else, https://trojansource.codes), byte-order marks and halves of surrogate pairs.
 */
const ACTING = /(?![\n\t])[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** `text` with every character that acts shown as its code point, `\u{1b}`. Line breaks and tabs stay. */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(ACTING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `printable` on one line: runs of white space become one space. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** `text` cut to at most `limit` code points, the last of them `…` when something was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const points = [...text.slice(0, limit * 2 + 2)];
  return points.length <= limit ? text : `${points.slice(0, Math.max(0, limit - 1)).join('')}…`;
}

/** `text` with numbers tied to the units after them, so that a line never ends between the two. */
export function keepUnits(text: string): string {
  return text.replace(/(\d) (?=(?:%|×|ms|s|min|h|d)(?:\W|$))/g, '$1\u00a0');
}

/** The last part of an ARN or a path: what people call the thing. */
export function shortName(name: string): string {
  return name.split('/').at(-1) || name;
}

/** HTML and SVG text in which every value is escaped: the only way from a value to the page is through `markup`. */
import { printable } from '../text.ts';

/** Text that is already HTML. Made only by `markup` and, for constants of this program, by `trusted`. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupValue = Markup | string | number | null | undefined | false | readonly MarkupValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const PLAIN = /^[\w ,.:;%/()+-]*$/;

/** Text made safe for element content and quoted attributes; characters that act (controls, direction marks) are shown. */
export function escapeHtml(text: string): string {
  // Most values are plain names and numbers: pages have thousands of them.
  if (PLAIN.test(text)) {
    return text;
  }
  return printable(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

/**
 * Tagged template: the literal parts are HTML, every value is escaped unless it is `Markup`. Lists are joined; null, undefined and
 * false give nothing. Attribute values must stand in double quotes.
 */
export function markup(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    text += render(value) + (strings[index + 1] ?? '');
  }
  return new Markup(text);
}

/** HTML written by this program itself (style sheet, encoded data); never anything that came from outside. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(value: MarkupValue): string {
  if (value === null || value === undefined || value === false) {
    return '';
  }
  if (value instanceof Markup) {
    return value.text;
  }
  return Array.isArray(value) ? value.map(render).join('') : escapeHtml(String(value));
}

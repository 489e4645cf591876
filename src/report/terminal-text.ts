/** Text measured and wrapped in terminal columns. */
import { oneLine } from './text.ts';

/** East Asian wide and full-width ranges and emoji, which terminals draw two columns wide (Unicode UAX 11, coarsely). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns a terminal needs for the text, which must hold no controls. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** The text with spaces after it up to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Lines of at most `width` columns, broken between words, or within a word that is longer than a line. Lines after the first are indented. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of oneLine(text).split(' ')) {
    for (const piece of pieces(word, Math.max(2, width - indent))) {
      const size = displayWidth(piece);
      if (used > 0 && used + 1 + size > width) {
        lines.push(line);
        line = ' '.repeat(indent) + piece;
        used = indent + size;
      } else {
        line += used > 0 ? ` ${piece}` : piece;
        used += size + (used > 0 ? 1 : 0);
      }
    }
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const result: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const size = displayWidth(character);
    if (used + size > width) {
      result.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += size;
  }
  return [...result, piece];
}

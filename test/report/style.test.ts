import { describe, expect, it } from 'vitest';
import { STYLE } from '../../src/report/html/style.ts';

/** WCAG 2.2: relative luminance of an sRGB colour `#rrggbb`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function themeOf(name: 'light' | 'dark'): (variable: string) => string {
  const block = STYLE.split(`:root[data-theme=${name}]{`)[1]?.split('}')[0] ?? '';
  const colours = new Map(
    [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{6})/g)].map(([, key = '', value = '']) => [key, value]),
  );
  return (variable) => {
    const found = colours.get(variable);
    if (found === undefined) {
      throw new Error(`${name} has no colour ${variable}`);
    }
    return found;
  };
}

describe.each(['light', 'dark'] as const)('the %s theme', (name) => {
  const colour = themeOf(name);

  it('has text that can be read (4.5 to 1)', () => {
    const pairs = ['ink', 'quiet', 'accent', 'pass', 'fail', 'inconclusive'].map((text) => [text, 'paper'] as const);
    const others = [
      ['ink', 'raised'],
      ['quiet', 'raised'],
      ['pass', 'raised'],
      ['inconclusive', 'inconclusive-soft'],
    ] as const;
    const low = [...pairs, ...others].filter(([text, ground]) => contrast(colour(text), colour(ground)) < 4.5);
    expect(low).toEqual([]);
  });

  it('has lines and losses in charts that can be seen (3 to 1)', () => {
    const marks = ['accent', 'ink', 'stopped', 'pass', 'dropped', 'quiet', 'lost', 'planned'];
    expect(marks.filter((mark) => contrast(colour(mark), colour('paper')) < 3)).toEqual([]);
  });

  it('defines every colour that the page uses', () => {
    const used = new Set([...STYLE.matchAll(/var\(--([a-z-]+)\)/g)].map(([, variable = '']) => variable));
    used.delete('tone');
    expect([...used].filter((variable) => !/^#/.test(colour(variable)))).toEqual([]);
  });
});

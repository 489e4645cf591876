/** Event marks at the top of a chart: events too close to stand apart share one badge, so that numbers never overlap. */
import type { Mark } from './model.ts';

/** One badge and the events that it stands for. */
export interface Badge {
  readonly x: number;
  readonly width: number;
  readonly text: string;
  readonly tone: Mark['tone'];
  readonly marks: readonly Mark[];
}

const CHARACTER = 7;
const PADDING = 8;
const GAP = 2;

/** Places marks (in ascending order of time) as badges within `[left, right]`; those that would touch are joined. */
export function placeBadges(marks: readonly Mark[], x: (at: number) => number, left: number, right: number): Badge[] {
  const badges: Badge[] = [];
  for (const mark of marks) {
    let badge = badgeOf([mark], x, left, right);
    let previous = badges.at(-1);
    while (previous !== undefined && previous.x + previous.width / 2 + GAP > badge.x - badge.width / 2) {
      badges.pop();
      badge = badgeOf([...previous.marks, ...badge.marks], x, left, right);
      previous = badges.at(-1);
    }
    badges.push(badge);
  }
  return badges;
}

function badgeOf(marks: readonly Mark[], x: (at: number) => number, left: number, right: number): Badge {
  const text = numbersOf(marks.map((mark) => mark.number));
  const width = Math.max(16, text.length * CHARACTER + PADDING);
  const first = x(marks[0]?.at ?? 0);
  const last = x(marks.at(-1)?.at ?? 0);
  const centre = Math.min(right - width / 2, Math.max(left + width / 2, (first + last) / 2));
  const tone = (['trouble', 'decision', 'plain'] as const).find((one) => marks.some((mark) => mark.tone === one));
  return { x: centre, width, text, tone: tone ?? 'plain', marks };
}

/** `3`, `3, 4`, or `3–7`: events of one badge are neighbours in the list. */
function numbersOf(numbers: readonly number[]): string {
  const [first, second] = numbers;
  if (numbers.length <= 1) {
    return String(first ?? '');
  }
  return numbers.length === 2 && second === Number(first) + 1
    ? `${first}, ${second}`
    : `${Math.min(...numbers)}–${Math.max(...numbers)}`;
}

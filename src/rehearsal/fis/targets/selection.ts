/** How many of the resources found a target means: ALL, COUNT(n), PERCENT(n). Source: https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-selection-mode */

export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'count'; readonly number: number }
  | { readonly kind: 'percent'; readonly number: number };

/** undefined for what is no selection mode. */
export function readSelection(text: string): Selection | undefined {
  if (text === 'ALL') {
    return { kind: 'all' };
  }
  const match = /^(COUNT|PERCENT)\((\d+(?:\.\d+)?)\)$/.exec(text);
  const number = Number(match?.[2]);
  if (match?.[1] === 'COUNT') {
    return Number.isInteger(number) && number >= 1 ? { kind: 'count', number } : undefined;
  }
  return number > 0 && number <= 100 ? { kind: 'percent', number } : undefined;
}

/**
 * Chosen at random, in the order in which they were found; `random` gives numbers from 0 up to 1. A percentage is rounded down, so that it
 * may choose none.
 */
export function select<Item>(items: readonly Item[], selection: Selection, random: () => number = Math.random): Item[] {
  if (selection.kind === 'all') {
    return [...items];
  }
  const wanted = selection.kind === 'count' ? selection.number : Math.floor((items.length * selection.number) / 100);
  const left = items.map((_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < wanted && left.length > 0) {
    const [index = 0] = left.splice(Math.floor(random() * left.length), 1);
    chosen.add(index);
  }
  return items.filter((_, index) => chosen.has(index));
}

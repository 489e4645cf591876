/** The items under each key, in their order; without copying lists, which thousands of items of one key would make slow. */
export function indexBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, [Item, ...Item[]]> {
  const index = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const known = index.get(keyOf(item));
    if (known === undefined) {
      index.set(keyOf(item), [item]);
    } else {
      known.push(item);
    }
  }
  return index;
}

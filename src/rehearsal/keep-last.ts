/** Maps that are kept from growing: their first entries go. */

/** Deletes the first entries that may go, until at most `kept` of those are left. */
export function keepLast<Key, Value>(entries: Map<Key, Value>, kept: number, mayGo: (value: Value) => boolean): void {
  if (entries.size <= kept) {
    return;
  }
  const candidates = [...entries].filter(([, value]) => mayGo(value));
  for (const [key] of candidates.slice(0, Math.max(0, candidates.length - kept))) {
    entries.delete(key);
  }
}

/** Puts an entry at the end of its map, as the one that changed last. */
export function moveToEnd<Key, Value>(entries: Map<Key, Value>, key: Key, value: Value): void {
  entries.delete(key);
  entries.set(key, value);
}

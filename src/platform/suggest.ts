/** "Did you mean": the known word nearest to the one that was written. */

/** Letters and digits only, lower case: `blue-green` and `BLUE_GREEN` are the same word written differently. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Restricted Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours, one each. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The candidate that `word` is most likely a slip of: equal but for case and punctuation, an abbreviation or a longer form of
 * it (`min` for `minimum`), or at most one edit for every three letters away. Undefined when nothing is near.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const written = bare(word).slice(0, 64);
  if (written.length === 0) {
    return undefined;
  }
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const known = bare(candidate);
    const abbreviated =
      Math.min(written.length, known.length) >= 3 && (known.startsWith(written) || written.startsWith(known));
    const distance = Math.min(editDistance(written, known), abbreviated ? 1 : Number.POSITIVE_INFINITY);
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(known.length / 3)) && distance < known.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

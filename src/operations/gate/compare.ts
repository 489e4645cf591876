/** Which findings of a tree were there before: compared as multisets, since one address can be wrong several times. */

/** What a finding of either side is compared by. */
export interface Comparable {
  readonly matchKey: string;
  readonly rule: string;
  readonly content: string | undefined;
  readonly location: { readonly file: string } | undefined;
}

/** `moved`: the same content under another address, file or name, and gone from where it was. */
export type Change = 'existing' | 'moved' | 'new';

export interface Comparison<Before, After> {
  readonly changes: ReadonlyMap<After, Change>;
  /** In the base and no more. */
  readonly fixed: readonly Before[];
}

/**
 * Matches each finding of `after` with at most one of `before`: the same identity with the same content, the same identity, then the same
 * rule with the same content elsewhere (a renamed file or resource, a moved block). What is left of `after` is new: a copy of a wrong block
 * too, since its original is still there.
 */
export function compareFindings<Before extends Comparable, After extends Comparable>(
  before: readonly Before[],
  after: readonly After[],
): Comparison<Before, After> {
  const changes = new Map<After, Change>();
  let left: readonly Before[] = before;
  const pass = (change: Change, keyOf: (finding: Comparable) => string | undefined): void => {
    const open = new Map<string, Before[]>();
    for (const finding of left) {
      const key = keyOf(finding);
      if (key !== undefined) {
        const same = open.get(key);
        if (same === undefined) {
          open.set(key, [finding]);
        } else {
          same.push(finding);
        }
      }
    }
    const matched = new Set<Before>();
    for (const finding of after) {
      const key = changes.has(finding) ? undefined : keyOf(finding);
      const partner = key === undefined ? undefined : open.get(key)?.shift();
      if (partner !== undefined) {
        matched.add(partner);
        changes.set(finding, change);
      }
    }
    left = left.filter((finding) => !matched.has(finding));
  };
  pass('existing', ({ matchKey, content }) => (content === undefined ? undefined : `${matchKey} ${content}`));
  pass('existing', ({ matchKey }) => matchKey);
  pass('moved', ({ rule, content, location }) =>
    content === undefined ? undefined : `${rule} ${content} ${location?.file}`,
  );
  pass('moved', ({ rule, content }) => (content === undefined ? undefined : `${rule} ${content}`));
  for (const finding of after) {
    if (!changes.has(finding)) {
      changes.set(finding, 'new');
    }
  }
  return { changes, fixed: left };
}

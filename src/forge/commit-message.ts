/** What a commit's message says of other commits. Messages are written by anybody: nothing but digits and hex digits is taken from them. */

export interface Mentions {
  /** Commits it takes back, in full; `git revert` writes them so. */
  readonly revertedCommits: readonly string[];
  /** Pull requests it takes back, as GitHub's button writes them. */
  readonly revertedPulls: readonly number[];
  /** The pull request that it is the squash or merge of. */
  readonly pull?: number | undefined;
}

/** Reads the message, subject first. */
export function mentionsOf(message: string): Mentions {
  const end = message.indexOf('\n');
  const subject = end < 0 ? message : message.slice(0, end);
  const pull = /\(#(\d{1,9})\)\s*$/.exec(subject)?.[1] ?? /^Merge pull request #(\d{1,9}) /.exec(subject)?.[1];
  return {
    revertedCommits: [...message.matchAll(/\bThis reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b/gi)].map(
      ([, sha = '']) => sha.toLowerCase(),
    ),
    revertedPulls: /^Revert\b/.test(subject)
      ? [...message.matchAll(/^Reverts (?:[\w.-]{1,100}\/[\w.-]{1,100})?#(\d{1,9})\s*$/gm)].map(([, number]) =>
          Number(number),
        )
      : [],
    ...(pull === undefined ? {} : { pull: Number(pull) }),
  };
}

/** The commits that each of `commits` takes back: those that it names, and those of the pull requests that it names. */
export function revertsOf(
  commits: readonly { readonly sha: string; readonly mentions: Mentions }[],
): Map<string, string[]> {
  const byPull = new Map<number, string[]>();
  for (const { sha, mentions } of commits) {
    if (mentions.pull !== undefined) {
      const own = byPull.get(mentions.pull) ?? [];
      own.push(sha);
      byPull.set(mentions.pull, own);
    }
  }
  return new Map(
    commits.map(({ sha, mentions }) => [
      sha,
      [...mentions.revertedCommits, ...mentions.revertedPulls.flatMap((number) => byPull.get(number) ?? [])].filter(
        (reverted) => reverted !== sha,
      ),
    ]),
  );
}

/** Deliveries from a git clone: tags are the releases, and what each brought are the commits that the ones before it did not have. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, OutsideError } from '../errors.ts';
import {
  type CommitEvent,
  type Delivery,
  type DeploymentEvent,
  Exclusions,
  type MeasureWindow,
} from '../operations/dora/events.ts';
import { minimalEnvironment } from '../tools/environment.ts';
import { runProgram } from '../tools/run-program.ts';
import { type Mentions, mentionsOf, revertsOf } from './commit-message.ts';

export interface GitSource {
  readonly directory: string;
  /** A pattern as `git tag --list` takes it, such as `v*`. */
  readonly tags: string;
  readonly incidents: Delivery['incidents'];
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 300_000;

/** Suffixes of versions that are not for production: 2.0.0-rc.1, 2.0.0b1, 2.0.0.dev3. */
const PRE_RELEASE = /\d[-._]?(?:a|b|c|alpha|beta|rc|pre|preview|dev|canary|nightly|snapshot|next)[-._]?\d*$/i;

/** Reads with git alone; nothing is fetched and nothing in the clone is run or changed. @throws InputError for what is no repository */
export async function readGitDelivery(source: GitSource, window: MeasureWindow): Promise<Delivery> {
  const directory = path.resolve(source.directory);
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) {
    throw new InputError(
      'no-repository',
      `--repository ${source.directory} is no folder: name a git clone, or OWNER/NAME on GitHub`,
    );
  }
  const git = (args: readonly string[], onStdout?: (text: string) => void) =>
    runGit(args, directory, source.signal, onStdout);
  const inside = await git(['rev-parse', '--is-shallow-repository', '--git-path', 'shallow']);
  const [shallow, shallowFile = ''] = inside.split('\n');
  const exclusions = new Exclusions();
  const found = await readTags(git, source.tags, exclusions);
  const boundary = shallow === 'true' ? await readBoundary(path.resolve(directory, shallowFile)) : new Set<string>();
  const raw = found.deployments.length === 0 ? [] : await readCommits(git);
  const cut = shallow === 'true' ? cutReason(boundary, raw, window) : undefined;
  const inWindow = found.deployments.filter(({ createdAt }) => createdAt >= window.from && createdAt < window.to);
  const light = inWindow.filter(({ id }) => found.light.has(id)).length;
  const written = raw.filter(({ committedAt }) => committedAt >= window.from && committedAt < window.to);
  const squashed = written.filter(({ parents, mentions }) => parents.length < 2 && mentions.pull !== undefined).length;
  return {
    source: { kind: 'git', name: path.basename(directory) },
    deployments: found.deployments,
    commits: eventsOf(raw, boundary),
    incidents: source.incidents,
    ...(cut === undefined ? {} : { unknown: cut }),
    excluded: exclusions.list(),
    caveats: [
      ...(shallow === 'true' ? ['The clone is shallow: older commits, and perhaps tags, are not in it.'] : []),
      ...(light > 0
        ? [
            `${light} of ${inWindow.length} tags of the window are lightweight: they have no time of their own, so that their commit's is taken, and lead times are lower bounds.`,
          ]
        : []),
      ...(squashed > 0
        ? [
            `${squashed} of ${written.length} commits of the window look like squashed pull requests: a clone does not say when their first commit was written, so that they begin when they were merged.`,
          ]
        : []),
    ],
    tools: [{ name: 'git', version: (await git(['--version'])).trim().replace(/^git version /, '') }],
  };
}

type Git = (args: readonly string[], onStdout?: (text: string) => void) => Promise<string>;

async function readTags(
  git: Git,
  pattern: string,
  exclusions: Exclusions,
): Promise<{ readonly deployments: DeploymentEvent[]; readonly light: ReadonlySet<string> }> {
  const fields = ['refname:strip=2', 'objecttype', 'objectname', '*objecttype', '*objectname', 'creatordate:unix'];
  const lines: string[] = [];
  const format = fields.map((field) => `%(${field})`).join('%00');
  await git(
    // Not for-each-ref, whose `*` ends at a slash: a tag such as hotfix/v1 would not be seen.
    ['tag', '--list', '--no-column', `--format=${format}`, pattern],
    linesOf('\n', (line) => lines.push(line)),
  );
  const tags = onePerCommit(
    lines.flatMap((line) => tagOf(line, exclusions) ?? []),
    exclusions,
  );
  const deployments = tags.map(({ name, sha, at }): DeploymentEvent => {
    const statuses = [{ state: 'success', at }];
    return { id: name, sha, createdAt: at, statuses, release: true, hotfix: /hotfix/i.test(name) };
  });
  return { deployments, light: new Set(tags.filter(({ light }) => light).map(({ name }) => name)) };
}

interface Tag {
  readonly name: string;
  readonly sha: string;
  readonly at: number;
  readonly light: boolean;
}

function tagOf(line: string, exclusions: Exclusions): Tag | undefined {
  const [name = '', type, own = '', peeledType, peeled = '', seconds] = line.split('\0');
  const light = type === 'commit';
  if (!light && peeledType !== 'commit') {
    exclusions.add('not-a-commit', 'tags of what is no commit', name);
  } else if (PRE_RELEASE.test(name)) {
    exclusions.add('pre-release', 'tags of versions before a release', name);
  } else if (seconds) {
    return { name, sha: light ? own : peeled, at: Number(seconds) * 1000, light };
  } else {
    exclusions.add('no-date', 'tags without a date', name);
  }
  return undefined;
}

/** Of several names for one commit the first that was given with a date of its own: a lightweight one has its commit's. */
function onePerCommit(tags: readonly Tag[], exclusions: Exclusions): Tag[] {
  const chosen = new Map<string, Tag>();
  for (const tag of [...tags].sort((a, b) => Number(a.light) - Number(b.light) || a.at - b.at)) {
    if (chosen.has(tag.sha)) {
      exclusions.add('same-commit', 'other tags of a commit that has one', tag.name);
    } else {
      chosen.set(tag.sha, tag);
    }
  }
  return [...chosen.values()];
}

interface RawCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: number;
  readonly committedAt: number;
  readonly mentions: Mentions;
}

/** Every commit that a tag leads to, in one walk of git's. */
async function readCommits(git: Git): Promise<RawCommit[]> {
  const commits: RawCommit[] = [];
  await git(
    ['log', '--tags', '-z', '--no-color', '--no-show-signature', '--no-mailmap', '--format=%H%n%P%n%at%n%ct%n%B'],
    linesOf('\0', (text) => {
      const [sha = '', parents = '', authored, committed, ...message] = text.split('\n');
      commits.push({
        sha,
        parents: parents === '' ? [] : parents.split(' '),
        authoredAt: Number(authored) * 1000,
        committedAt: Number(committed) * 1000,
        mentions: mentionsOf(message.join('\n')),
      });
    }),
  );
  return commits;
}

/** git shows the commits where a shallow clone ends without their parents: they get one that was not read. */
function eventsOf(raw: readonly RawCommit[], boundary: ReadonlySet<string>): CommitEvent[] {
  const reverts = revertsOf(raw);
  return raw.map(({ sha, parents, authoredAt }) => ({
    sha,
    parents: boundary.has(sha) ? [`before ${sha}`] : parents,
    authoredAt,
    reverts: reverts.get(sha) ?? [],
  }));
}

async function readBoundary(file: string): Promise<Set<string>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/** A clone that ends inside the window lacks deployments of it: none of its numbers would be of the window. */
function cutReason(boundary: ReadonlySet<string>, raw: readonly RawCommit[], window: MeasureWindow) {
  const ends = raw.filter(({ sha }) => boundary.has(sha)).map(({ committedAt }) => committedAt);
  return raw.length === 0 || ends.some((end) => end >= window.from)
    ? {
        code: 'shallow-clone',
        message:
          'the clone is shallow and ends inside the window, so that releases of it may be missing: run `git fetch --unshallow --tags` (in a workflow: fetch-depth: 0)',
      }
    : undefined;
}

/** Without lazy fetching, pagers, prompts or locks. @throws OutsideError with what git said; InputError where there is no repository */
async function runGit(
  args: readonly string[],
  directory: string,
  signal: AbortSignal,
  onStdout: ((text: string) => void) | undefined,
): Promise<string> {
  const environment = {
    ...minimalEnvironment(process.env),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    LC_ALL: 'C',
  };
  const { code, stdout, stderr, timedOut } = await runProgram('git', ['--no-pager', ...args], {
    environment,
    directory,
    timeoutMs: TIMEOUT_MS,
    signal,
    ...(onStdout === undefined ? {} : { onStdout }),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new OutsideError('git-missing', `git cannot be started: ${String(error)}`, 'git', { cause: error });
  });
  if (code === 0) {
    return stdout;
  }
  if (/not a git repository/.test(stderr)) {
    throw new InputError(
      'no-repository',
      `${directory} is not in a git repository: name a git clone, or OWNER/NAME on GitHub`,
    );
  }
  const why = timedOut ? `no end within ${TIMEOUT_MS / 1000} s` : stderr.trim();
  throw new OutsideError('git-failed', `git ${args[0]} failed: ${why}`, directory);
}

/** Cuts a stream at `separator`; a last piece without one is not complete and not given. git ends each with it. */
function linesOf(separator: '\n' | '\0', take: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const pieces = (rest + text).split(separator);
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      take(piece);
    }
  };
}

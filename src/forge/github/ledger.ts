/** What was read on GitHub, kept as lines of JSON that are only ever added: the next run reads what is new, and goes on where one was stopped. */
import { appendFile, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { InputError } from '../../errors.ts';

const VERSION = 'surefoot/dora-ledger/v1';
const ms = z.int();

const headSchema = z.object({ ledger: z.literal(VERSION), repository: z.string(), environment: z.string() });

const deploymentSchema = z.object({
  id: z.string(),
  sha: z.string(),
  createdAt: ms,
  task: z.string(),
  hotfix: z.boolean(),
  statuses: z.array(z.object({ state: z.string(), at: ms })),
  url: z.string().optional(),
});
export type KeptDeployment = z.infer<typeof deploymentSchema>;

const commitSchema = z.object({
  sha: z.string(),
  parents: z.array(z.string()),
  authoredAt: ms,
  committedAt: ms,
  mentions: z.object({
    revertedCommits: z.array(z.string()).readonly(),
    revertedPulls: z.array(z.int()).readonly(),
    pull: z.int().optional(),
  }),
  pull: z.object({ number: z.int(), firstAuthoredAt: ms, hotfix: z.boolean() }).optional(),
});
export type KeptCommit = z.infer<typeof commitSchema>;

/**
 * How far deployments were read: newest first, from a start down to `floor`, where an earlier reading began (null: there was none).
 * `after` is GitHub's cursor behind the last page; null when that was the last there is. A reading is done when it reached its floor, or when
 * it had all that was asked of it.
 */
const readingSchema = z.object({ after: z.string().nullable(), floor: ms.nullable(), done: z.boolean() });
export type Reading = z.infer<typeof readingSchema>;

const lineSchema = z.union([
  z.object({ deployments: z.array(deploymentSchema), reading: readingSchema }),
  z.object({ commits: z.array(commitSchema) }),
]);
type Line = z.infer<typeof lineSchema>;

export interface Ledger {
  readonly deployments: ReadonlyMap<string, KeptDeployment>;
  readonly commits: ReadonlyMap<string, KeptCommit>;
  /** The latest that did not come to its floor or want no more; undefined at first. */
  readonly reading: Reading | undefined;
  /** Of the reading that went down the furthest: where older deployments are to be had. Undefined at first. */
  readonly bottom: Reading | undefined;
  /** Keeps a page of deployments and how far that is. The newer statuses of a deployment take the place of the older. */
  addDeployments(deployments: readonly KeptDeployment[], reading: Reading): Promise<void>;
  addCommits(commits: readonly KeptCommit[]): Promise<void>;
}

export interface LedgerOf {
  readonly repository: string;
  readonly environment: string;
}

/** `file` undefined: kept in memory only. @throws InputError for a file that is no ledger, or the ledger of something else */
export async function openLedger(file: string | undefined, of: LedgerOf): Promise<Ledger> {
  const deployments = new Map<string, KeptDeployment>();
  const commits = new Map<string, KeptCommit>();
  let reading: Reading | undefined;
  let bottom: Reading | undefined;
  const take = (line: Line) => {
    if ('commits' in line) {
      for (const commit of line.commits) {
        commits.set(commit.sha, commit);
      }
      return;
    }
    for (const deployment of line.deployments) {
      deployments.set(deployment.id, deployment);
    }
    reading = line.reading;
    bottom = line.reading.floor === null ? line.reading : bottom;
  };
  let begun = false;
  if (file !== undefined) {
    begun = await readLines(file, of, take);
  }
  const write = async (line: Line) => {
    if (file !== undefined) {
      const head = begun ? '' : `${JSON.stringify({ ledger: VERSION, ...of })}\n`;
      await appendFile(file, `${head}${JSON.stringify(line)}\n`).catch((error: unknown) => {
        throw bad(file, `it cannot be written to (${error instanceof Error ? error.message : String(error)})`);
      });
      begun = true;
    }
    take(line);
  };
  return {
    deployments,
    commits,
    get reading() {
      return reading;
    },
    get bottom() {
      return bottom;
    },
    addDeployments: (added, far) => write({ deployments: [...added], reading: far }),
    addCommits: (added) => write({ commits: [...added] }),
  };
}

/** True when there was something. */
async function readLines(file: string, of: LedgerOf, take: (line: Line) => void): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return false;
    }
    throw bad(file, error instanceof Error ? error.message : String(error));
  }
  if (text === '') {
    return false;
  }
  const lines = text.split('\n');
  if (lines.pop() !== '') {
    throw bad(file, 'its last line was cut off: delete that line');
  }
  const [head, ...rest] = lines.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw bad(file, `line ${index + 1} is no JSON`);
    }
  });
  const found = headSchema.safeParse(head).data;
  if (found === undefined) {
    throw bad(file, 'it is not a ledger: name a file that is not there yet');
  }
  if (found.repository !== of.repository || found.environment !== of.environment) {
    throw bad(
      file,
      `it is of ${found.repository}, ${found.environment}: use a ledger for each repository and environment`,
    );
  }
  for (const [index, line] of rest.entries()) {
    const parsed = lineSchema.safeParse(line);
    if (!parsed.success) {
      throw bad(file, `line ${index + 2} is not one of a ledger`);
    }
    take(parsed.data);
  }
  return true;
}

function bad(file: string, why: string): InputError {
  return new InputError('bad-ledger', `--ledger ${file} cannot be used: ${why}`);
}

/** `surefoot judge`: blocks from stdin, the verdict to stdout, the state in a file. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Outcome } from '../../entry/outcome.ts';
import type { Session } from '../../entry/session.ts';
import { InputError } from '../../errors.ts';
import { type Judgement, judge } from '../../operations/judge/judge.ts';
import { readJudgement, type SavedJudgement, writeJudgement } from '../../operations/judge/saved-state.ts';
import type { JudgeOptions, Standing } from '../../statistics/judge.ts';

/** The numbers of the test, as the judge takes them, and where its state is kept. */
export interface JudgeCommandOptions {
  readonly alpha: number;
  readonly beta: number;
  readonly margin: number;
  readonly tolerance: number;
  readonly weight?: number;
  readonly state?: string;
  readonly toEnd?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** Judges what comes on stdin. @throws InputError for lines that are no blocks, and for a state that does not fit */
export async function judgeStdin(given: JudgeCommandOptions, session: Session): Promise<Outcome> {
  const options: JudgeOptions = {
    alpha: given.alpha,
    beta: given.beta,
    boundary: { margin: given.margin, tolerance: given.tolerance },
    weight: given.weight,
  };
  const { state: file, toEnd = false } = given;
  const from = file === undefined ? undefined : await load(file, { options, toEnd });
  const tell = given.json ? process.stderr : process.stdout;
  const judgement = await judge({
    options,
    from,
    toEnd,
    lines: readLines(process.stdin, session.signal),
    source: 'stdin',
    ...(given.follow
      ? {
          follow: async (block, saved, now) => {
            if (file !== undefined) {
              await save(file, saved);
            }
            tell.write(`${JSON.stringify({ block: saved.state.blocks, at: block.at, ...numbers(now) })}\n`);
          },
        }
      : {}),
  });
  if (file !== undefined) {
    await save(file, judgement.saved);
  }
  return outcomeOf(judgement);
}

function outcomeOf({ verdict, reason, decidedAfterBlocks, standing, saved }: Judgement): Outcome {
  const details = { decidedAfterBlocks, ...numbers(standing), requests: saved.state.requests };
  return { operation: 'judge', verdict, reasons: [reason], text: JSON.stringify({ verdict, ...details }), details };
}

function numbers(now: Standing) {
  return { metrics: now.metrics, sampleRatio: now.sampleRatio ?? null };
}

async function load(file: string, question: Parameters<typeof readJudgement>[2]): Promise<SavedJudgement | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw new InputError(
      'state-unreadable',
      `--state ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  return readJudgement(text, file, question);
}

/** In one step, so that a run that dies leaves the old state or the new one. */
async function save(file: string, saved: SavedJudgement): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, writeJudgement(saved));
    await rename(part, file);
  } catch (error) {
    throw new InputError(
      'state-not-writable',
      `--state ${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Lines in batches, as they arrive: one promise for a batch, so that a long file is not a promise a line. */
async function* readLines(input: NodeJS.ReadableStream, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  input.setEncoding('utf8');
  const stop = () => (input as NodeJS.ReadStream).destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
    if (rest !== '') {
      yield [rest];
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

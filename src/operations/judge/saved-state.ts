/** A judgement under way as a file keeps it, so that another run can go on where this one ended. */
import * as z from 'zod';
import { InputError } from '../../errors.ts';
import type { JudgeOptions, JudgeState } from '../../statistics/judge.ts';

const SAVED_VERSION = 'surefoot/judge-state/v1';

export interface SavedJudgement {
  readonly options: JudgeOptions;
  /** Whether evidence for a promotion does not end it. */
  readonly toEnd: boolean;
  readonly state: JudgeState;
  /** Time of the last block, milliseconds since 1970; undefined before any. */
  readonly at: number | undefined;
  /** The number of blocks after which there was first evidence for a promotion; undefined while there has been none. */
  readonly provenAfter: number | undefined;
}

const process = z.strictObject({
  logE: z.number(),
  logShares: z.array(z.number()).min(1),
  baselineRequests: z.number().nonnegative(),
  baselineBad: z.number().nonnegative(),
});
const metric = z.strictObject({ rollback: process, promote: process });
const saved = z.strictObject({
  version: z.literal(SAVED_VERSION),
  options: z.strictObject({
    alpha: z.number(),
    beta: z.number(),
    margin: z.number(),
    tolerance: z.number(),
    weight: z.number().nullable(),
    'to-end': z.boolean(),
  }),
  at: z.number().nullable(),
  provenAfter: z.int().positive().nullable(),
  state: z.strictObject({
    blocks: z.int().nonnegative(),
    metrics: z.strictObject({ errors: metric.optional(), slow: metric.optional() }),
    requests: z.strictObject({ baseline: z.int().nonnegative(), candidate: z.int().nonnegative() }),
    weight: z.number().gt(0).lt(1).optional(),
    ended: z
      .strictObject({ logE: z.number(), baseline: z.int().nonnegative(), candidate: z.int().nonnegative() })
      .optional(),
  }),
});

/** As JSON, which keeps every number to its last bit. */
export function writeJudgement(saved: SavedJudgement): string {
  const { state, at = null, provenAfter = null } = saved;
  return `${JSON.stringify({ version: SAVED_VERSION, options: plain(saved), at, provenAfter, state })}\n`;
}

type Question = Pick<SavedJudgement, 'options' | 'toEnd'>;

/** By the names that the command line has for them. */
function plain({ options: { alpha, beta, boundary, weight }, toEnd }: Question) {
  const { margin, tolerance } = boundary;
  return { alpha, beta, margin, tolerance, weight: weight ?? null, 'to-end': toEnd };
}

/**
 * What was saved, to go on with under the same options.
 * @throws InputError when it is no saved judgement, or one under other options: evidence for one question is none for another
 */
export function readJudgement(text: string, file: string, question: Question): SavedJudgement {
  const found = saved.safeParse(parse(text));
  if (!found.success) {
    throw new InputError(
      'not-a-state',
      `${file} is not a saved judgement (${found.error.issues[0]?.message ?? 'unreadable'}): name the file that --state wrote before, or one that does not exist yet`,
    );
  }
  const { data } = found;
  const asked = plain(question);
  const different = (Object.keys(asked) as (keyof typeof asked)[]).filter((key) => asked[key] !== data.options[key]);
  if (different.length > 0) {
    const list = different.map((key) => `--${key} ${shown(asked[key])} instead of ${shown(data.options[key])}`);
    throw new InputError(
      'other-options',
      `${file} was begun with other options (now ${list.join(', ')}): go on with the same ones, or begin anew with another file`,
    );
  }
  return {
    ...question,
    state: data.state as JudgeState,
    at: data.at ?? undefined,
    provenAfter: data.provenAfter ?? undefined,
  };
}

function shown(value: number | boolean | null): string {
  return typeof value === 'boolean' ? (value ? 'given' : 'not given') : `${value ?? 'none'}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

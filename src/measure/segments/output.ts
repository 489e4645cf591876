/**
 * A part of a load from the samples that k6 wrote of it, where surefoot was not beside: the files of an exported load. What k6 ended with and
 * how much CPU it used are not in them.
 */
import { InputError } from '../../errors.ts';
import { type LoadRecord, totalsOf } from '../../report/evidence.ts';
import { LoadBooks } from '../counting/accounting.ts';
import { type StreamEvent, StreamReader } from '../counting/stream.ts';
import type { K6Exit } from '../generator/exit-codes.ts';
import { closingOf, generatorProblems } from '../generator/health.ts';
import type { LoadPlan } from '../load-plan.ts';
import { planShape } from '../shape-plan.ts';
import type { ShapedLoad } from '../types.ts';
import { formatSegment, type Segment, segmentPlan } from './segment.ts';

/** A request that was under way when the samples end may have taken this long beyond its time-out. */
const SLACK_SECONDS = 1;
const OWN_END: K6Exit = { code: 0, signal: null, stopped: false };
const CUT_OFF: K6Exit = { code: null, signal: null, stopped: false };

export interface PartOutput {
  readonly record: LoadRecord;
  /** The plan that the samples say they are of; undefined: they say nothing. */
  readonly plan: string | undefined;
}

/**
 * Counts one part of `load` out of `of`; which one, the numbers of its arrivals tell.
 * @param chunks k6's JSON lines, cut anywhere
 * @param name of the file, for people
 * @throws InputError `bad-part` when it holds none of a part, `segments-differ` when its arrivals are of several parts
 */
export async function readPartOutput(
  chunks: AsyncIterable<Buffer>,
  load: ShapedLoad,
  of: number,
  name: string,
): Promise<PartOutput> {
  const part = new CountedPart(planShape(load), of, name);
  const reader = new StreamReader((event) => part.take(event));
  for await (const chunk of chunks) {
    reader.push(chunk);
  }
  reader.finish();
  return part.close(load);
}

class CountedPart {
  readonly #whole: LoadPlan;
  readonly #of: number;
  readonly #name: string;
  /** Until the first arrival tells which part this is. */
  #before: StreamEvent[] = [];
  #counting: { readonly segment: Segment; readonly plan: LoadPlan; readonly books: LoadBooks } | undefined;
  #planDigest: string | undefined;
  #last = 0;
  #unreadable = 0;

  constructor(whole: LoadPlan, of: number, name: string) {
    this.#whole = whole;
    this.#of = of;
    this.#name = name;
  }

  take(event: StreamEvent): void {
    if (event.kind === 'unreadable') {
      this.#unreadable += 1;
      return;
    }
    if (event.kind === 'origin') {
      this.#planDigest = event.plan ?? this.#planDigest;
    }
    if ('at' in event) {
      this.#last = Math.max(this.#last, event.at);
    }
    if (event.kind === 'start') {
      this.#requireOwn(event.id);
    }
    if (this.#counting === undefined) {
      this.#before.push(event);
    } else {
      this.#counting.books.take(event);
    }
  }

  close(load: ShapedLoad): PartOutput {
    if (this.#counting === undefined || this.#counting.books.origin === undefined) {
      throw new InputError(
        'bad-part',
        `${this.#name} holds no samples of a load that \`surefoot load --export\` wrote the script of`,
      );
    }
    const { segment, plan, books } = this.#counting;
    books.settle();
    const origin = books.origin ?? this.#last;
    const whole = books.seen >= plan.arrivals;
    const end = { exit: whole ? OWN_END : CUT_OFF, endedAfter: this.#last - origin, stoppedAfter: undefined };
    const closing = closingOf(plan, end, books.seen);
    const closed = books.close(closing);
    const judgedUntilSecond = whole
      ? plan.seconds
      : Math.max(0, Math.floor(end.endedAfter - load.timeoutSeconds - SLACK_SECONDS));
    const latenessMax = books.latenessMax ?? null;
    const problems = generatorProblems({
      end: { ...end, exit: OWN_END },
      closing,
      books: closed,
      judgedUntilSecond,
      unreadable: this.#unreadable,
      log: { errors: 0, summary: '' },
      cpu: null,
      readerCpu: 0,
      own: undefined,
      latenessMax,
      lateShare: books.lateShare,
    });
    const record: LoadRecord = {
      name: load.name,
      url: load.url,
      rate: plan.rate,
      shape: { startRate: load.shape.startRate, stages: load.shape.stages.map((stage) => ({ ...stage })) },
      timeoutSeconds: load.timeoutSeconds,
      segment: { ...segment },
      startedAt: new Date(origin * 1000).toISOString(),
      finishedAt: new Date(this.#last * 1000).toISOString(),
      judgedUntilSecond,
      totals: totalsOf(closed.bins),
      bins: closed.bins,
      generator: {
        cpu: null,
        latenessMax,
        exit: 'not known: counted from what k6 wrote',
        problems: whole ? problems : [cutShort(closed.seen, plan.arrivals), ...problems],
      },
    };
    return { record, plan: this.#planDigest };
  }

  /** Of n parts, part k makes the arrivals k, k + n, k + 2n, … of the whole. */
  #requireOwn(arrival: number): void {
    const index = arrival % this.#of;
    if (this.#counting === undefined) {
      const segment = { index, of: this.#of };
      const plan = segmentPlan(this.#whole, segment);
      this.#counting = { segment, plan, books: new LoadBooks(plan) };
      for (const event of this.#before) {
        this.#counting.books.take(event);
      }
      this.#before = [];
    } else if (this.#counting.segment.index !== index) {
      const first = formatSegment(this.#counting.segment);
      const message = `${this.#name} has requests of part ${first} and of part ${formatSegment({ index, of: this.#of })}: it is not one of ${this.#of} parts. Name a folder with the output of every part, and of nothing else`;
      throw new InputError('segments-differ', message);
    }
  }
}

function cutShort(seen: number, planned: number) {
  return {
    code: 'part-cut-short',
    message: `its output ends after ${seen} of ${planned} requests: k6 was ended before its plan, or not all of it was kept`,
  };
}

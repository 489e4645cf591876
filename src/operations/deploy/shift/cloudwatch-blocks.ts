/** Blocks from CloudWatch's counters of the two target groups. */
import type { Ports } from '../../ports.ts';
import type { BlockSource, ReadBlocks } from './block-source.ts';
import { blockAt } from './blocks.ts';
import type { JudgedBlock } from './judgement.ts';
import { type Arms, readArms } from './read.ts';

export interface CloudWatchOptions {
  readonly arms: Arms;
  readonly periodSeconds: number;
  /** True where a request counts when it has ended, together with its answer. */
  readonly countsAtEnd: boolean;
  /** Undefined where no latency is judged. */
  readonly slowerThanSeconds: number | undefined;
}

export class CloudWatchBlocks implements BlockSource {
  readonly name = 'CloudWatch counts of both target groups';
  readonly #options: CloudWatchOptions;

  constructor(options: CloudWatchOptions) {
    this.#options = options;
  }

  async read(span: { readonly start: number; readonly end: number }, ports: Ports): Promise<ReadBlocks> {
    const { arms, periodSeconds, countsAtEnd, slowerThanSeconds } = this.#options;
    const points = await readArms(arms, { ...span, periodSeconds, slowerThanSeconds }, ports);
    const reading = { countsAtEnd, slow: slowerThanSeconds !== undefined };
    const blocks: JudgedBlock[] = [];
    for (let second = span.start; second < span.end; second += periodSeconds) {
      const block = blockAt(second, points.baseline, points.candidate, reading);
      if (block !== undefined) {
        blocks.push({ second, block });
      }
    }
    return { blocks, until: span.end };
  }
}

/** Where the judge of a shift has its blocks from. */
import type { Ports } from '../../ports.ts';
import type { JudgedBlock } from './judgement.ts';

export interface BlockSource {
  /** For the evidence: in whose counts the verdict can be looked up. */
  readonly name: string;
  /**
   * The blocks of the periods from `start` to before `end` (seconds since 1970, multiples of the period), in order of time, and up to where
   * they are complete: what comes later is asked for again.
   */
  read(span: { readonly start: number; readonly end: number }, ports: Ports): Promise<ReadBlocks>;
}

export interface ReadBlocks {
  readonly blocks: readonly JudgedBlock[];
  /** Seconds since 1970; at most the end that was asked for. */
  readonly until: number;
}

/** Gets each judged block as the line that `surefoot judge` reads, at once, so that it survives a run that dies. */
export interface BlockJournal {
  /** Its name, as the evidence tells it. */
  readonly file: string;
  append(line: string): void;
  /** SHA-256 of all that was appended, in hex. */
  digest(): string;
}

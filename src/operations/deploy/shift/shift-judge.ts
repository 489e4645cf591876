/**
 * The judge of one deployment under way: looks at the metrics of both arms whenever it is asked, also while ECS bakes, and keeps what it
 * saw for the evidence.
 */
import type { Objective } from '../../../platform/model/objectives.ts';
import { EVIDENCE_UNIT } from '../../../report/charts/judgement.ts';
import type { JudgementRecord } from '../../../report/evidence.ts';
import { rateSequence } from '../../../statistics/confidence-sequence.ts';
import type { Standing } from '../../../statistics/judge.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import type { BlockJournal, BlockSource } from './block-source.ts';
import {
  type JudgedBlock,
  type Judgement,
  judgeSpan,
  type ShiftOptions,
  standingOf,
  startJudgement,
  toRead,
  withWeight,
} from './judgement.ts';
import type { Arms } from './read.ts';
import { isCovered } from './steps.ts';
import type { ShiftTiming } from './timing.ts';

export interface ShiftJudgeOptions {
  readonly arms: Arms;
  readonly source: BlockSource;
  /** Undefined where nobody would look for it. */
  readonly journal: BlockJournal | undefined;
  readonly options: ShiftOptions;
  readonly objective: Objective;
  /** What makes a request slow; undefined: errors alone are judged. */
  readonly latency: SlowRequests | undefined;
  readonly burnRate: number;
  readonly timing: ShiftTiming;
  readonly recorder: Recorder;
}

export interface SlowRequests {
  /** The objective that the threshold is from; undefined: it is the judge's own. */
  readonly objective: string | undefined;
  readonly thresholdSeconds: number;
}

/** Confidence of the error rates' intervals, which hold at all times at once. */
const RATE_ALPHA = 0.05;

export class ShiftJudge {
  readonly #setup: ShiftJudgeOptions;
  readonly #blocks: JudgementRecord['blocks'] = [];
  readonly #decisions: JudgementRecord['decisions'] = [];
  #judgement: Judgement;
  /** Of the candidate's errors; undefined where the source knows whose each is. */
  #unnamedErrors: number | undefined;

  constructor(setup: ShiftJudgeOptions) {
    this.#setup = setup;
    this.#judgement = startJudgement(setup.latency === undefined ? ['errors'] : ['errors', 'slow']);
  }

  get options(): ShiftOptions {
    return this.#setup.options;
  }

  get timing(): ShiftTiming {
    return this.#setup.timing;
  }

  get judgement(): Judgement {
    return this.#judgement;
  }

  get standing(): Standing {
    return standingOf(this.#judgement, this.#setup.options);
  }

  /** Reads and judges what has closed. `percent` is the candidate's share of production traffic, as seen at `at`. */
  async look(percent: number, at: Date, ports: Ports): Promise<void> {
    this.#judgement = withWeight(this.#judgement, percent, at.getTime());
    const { timing, source, options } = this.#setup;
    for (const span of toRead(this.#judgement, at.getTime(), timing)) {
      const { blocks, until } = await source.read(span, ports);
      const read = { ...span, end: until };
      this.#judgement = judgeSpan(this.#judgement, read, blocks, options, (judged, now) => this.#keep(judged, now));
      if (until < span.end) {
        return;
      }
    }
  }

  /** Whether the present step has lasted so long, and is read. */
  covers(bakeSeconds: number): boolean {
    const step = this.#judgement.steps.at(-1);
    return step !== undefined && isCovered(step, this.#judgement.readUntil, bakeSeconds, this.#setup.timing);
  }

  /** Keeps an answer that was given at a pause, with the evidence at that moment. */
  decided(decision: JudgementRecord['decisions'][number]['decision'], percent: number, at: Date): void {
    const { metrics, logERollback, sampleRatio } = this.standing;
    this.#decisions.push({
      at: at.toISOString(),
      percent,
      decision,
      blocks: this.#judgement.state.blocks,
      logERollback,
      logEPromote: Object.fromEntries(
        Object.entries(metrics).map(([name, { logEPromote }]): [string, number] => [name, logEPromote]),
      ),
      ...(sampleRatio === undefined ? {} : { logESampleRatio: sampleRatio.logE }),
    });
  }

  /** One sentence: what was seen of each arm. */
  describe(): string {
    const { candidate, baseline } = this.#record(undefined).arms;
    const arm = ({ requests, errors, slow }: typeof candidate) =>
      `${errors} of ${requests} requests failed${slow === undefined ? '' : ` and ${slow} were slow`}`;
    const unnamed =
      this.#unnamedErrors === undefined || this.#unnamedErrors === 0
        ? ''
        : ` (${this.#unnamedErrors} of the failures named no revision and are charged to it)`;
    return `${arm(candidate)} on the candidate${unnamed}, ${arm(baseline)} on the baseline`;
  }

  /** For the evidence. */
  record(revisions: { readonly baseline: string | undefined; readonly candidate: string }): JudgementRecord {
    return this.#record(revisions);
  }

  #record(
    revisions: { readonly baseline: string | undefined; readonly candidate: string } | undefined,
  ): JudgementRecord {
    const { arms, source, journal, options, objective, latency, burnRate, timing } = this.#setup;
    const { steps, provenAfter, failedAfter } = this.#judgement;
    return {
      objective: objective.name,
      burnRate,
      ...options.boundary,
      alpha: options.alpha,
      beta: options.beta,
      ...(latency === undefined ? {} : { latency: thresholdOf(latency) }),
      source: source.name,
      ...(this.#unnamedErrors === undefined ? {} : { unnamedErrors: this.#unnamedErrors }),
      ...(journal === undefined || this.#blocks.length === 0
        ? {}
        : { journal: { file: journal.file, sha256: journal.digest(), lines: this.#blocks.length } }),
      warmUpSeconds: timing.warmUpSeconds,
      periodSeconds: timing.periodSeconds,
      horizonSeconds: timing.horizonSeconds,
      steps: steps.map(({ percent, from, until }) => ({
        percent,
        from: new Date(from).toISOString(),
        until: new Date(until).toISOString(),
      })),
      blocks: this.#blocks,
      decisions: this.#decisions,
      provenAfterBlocks: provenAfter ?? null,
      failedAfterBlocks: failedAfter ?? null,
      arms: {
        baseline: { targetGroup: arms.baseline, revision: revisions?.baseline ?? null, ...this.#countsOf('baseline') },
        candidate: {
          targetGroup: arms.candidate,
          revision: revisions?.candidate ?? null,
          ...this.#countsOf('candidate'),
        },
      },
    };
  }

  #countsOf(arm: 'baseline' | 'candidate') {
    const sum = (pick: (block: JudgementRecord['blocks'][number]) => number) =>
      this.#blocks.reduce((total, block) => total + pick(block), 0);
    const requests = sum((block) => block[arm].requests);
    const errors = sum((block) => block[arm].errors);
    const interval = requests === 0 ? { lower: 0, upper: 1 } : rateSequence(errors, requests, RATE_ALPHA, requests);
    const slow = this.#setup.latency === undefined ? {} : { slow: sum((block) => block[arm].slow ?? 0) };
    return { requests, errors, ...slow, ...interval, confidence: 1 - RATE_ALPHA };
  }

  #keep({ second, block, unnamedErrors }: JudgedBlock, now: Standing): void {
    const { recorder, source, journal } = this.#setup;
    this.#unnamedErrors =
      unnamedErrors === undefined ? this.#unnamedErrors : (this.#unnamedErrors ?? 0) + unnamedErrors;
    const at = new Date(second * 1000);
    const line = { at: at.toISOString(), ...block };
    this.#blocks.push(line);
    journal?.append(JSON.stringify(line));
    const point = (name: string, value: number) =>
      recorder.point({ name, unit: EVIDENCE_UNIT, source: `surefoot judge, from ${source.name}` }, value, at);
    point('evidence for a rollback', now.logERollback);
    for (const [metric, { logEPromote }] of Object.entries(now.metrics)) {
      point(`evidence for a promotion by ${metric}`, logEPromote);
    }
  }
}

function thresholdOf({ objective, thresholdSeconds }: SlowRequests): NonNullable<JudgementRecord['latency']> {
  return objective === undefined ? { thresholdSeconds } : { objective, thresholdSeconds };
}

/** Whether the generator can be believed. A load whose generator was the bottleneck says nothing about the service. */
import type { LoadBin, Reason } from '../../report/evidence.ts';
import type { Books, Closing } from '../counting/accounting.ts';
import { LATE_SECONDS, type LoadPlan } from '../load-plan.ts';
import { exitProblem, type K6Exit, wasCutOff } from './exit-codes.ts';

/** Grafana's advice for a generator: below 80 % of the CPU (k6 docs, "Running large tests"). */
const BUSY = 0.8;
/**
 * No start may be later than this. A shorter hiccup of a shared machine moves a few requests within a bin or two and falsifies no count;
 * and k6 counts its time from before it brings its virtual users to life (about 0.1 ms each), so that a large pool makes the first
 * arrivals late.
 */
const MOST_LATE_SECONDS = 1;
/** Share of the arrivals that may be more than `LATE_SECONDS` late: beyond it the rate was not the planned one. */
const LATE_SHARE = 0.01;
/** How far k6's own stop and our clock may disagree about the last arrivals. */
const STOP_SLACK_SECONDS = 0.1;

export interface EndOfLoad {
  readonly exit: K6Exit;
  /** Seconds since the first arrival's planned moment. */
  readonly endedAfter: number;
  /** When surefoot asked k6 to stop; undefined when it did not. */
  readonly stoppedAfter: number | undefined;
}

/**
 * How many arrivals k6 had to make by the plan, and whose fault those are that left no line. A run to its own end had to make all. A run
 * that was stopped made those due until then: what k6 wrote is believed within a tenth of a second of what the clock says. One that was
 * cut off had to make those due at its death, and took its last lines with it.
 */
export function closingOf(plan: LoadPlan, end: EndOfLoad, seen: number): Closing {
  if (wasCutOff(end.exit)) {
    return { planned: plan.dueAfter(end.endedAfter), unseen: 'interrupted' };
  }
  if (end.exit.code === 0 && !end.exit.stopped) {
    return { planned: plan.arrivals, unseen: 'dropped' };
  }
  const atLeast = end.stoppedAfter === undefined ? 0 : plan.dueAfter(end.stoppedAfter - STOP_SLACK_SECONDS);
  const atMost = plan.dueAfter(end.endedAfter + STOP_SLACK_SECONDS);
  return { planned: Math.min(Math.max(seen, atLeast), atMost), unseen: 'dropped' };
}

export interface Findings {
  readonly end: EndOfLoad;
  readonly closing: Closing;
  readonly books: Books;
  readonly judgedUntilSecond: number;
  readonly unreadable: number;
  readonly log: { readonly errors: number; readonly summary: string };
  /** Share of its cores that k6 used, and of one core that surefoot used to read its output. */
  readonly cpu: number | null;
  readonly readerCpu: number;
  /** Of a script of the user's own: what it measured, and where else it went. */
  readonly own: { readonly measured: number; readonly foreignOrigin: string | undefined } | undefined;
  readonly latenessMax: number | null;
  /** See `LoadBooks.lateShare`. */
  readonly lateShare: number;
}

/** All that speaks against the record, in words and with stable codes; empty when the generator did what it should. */
export function generatorProblems(findings: Findings): Reason[] {
  const { end, log } = findings;
  const problems: (Reason | undefined)[] = [
    exitProblem(end.exit, log.summary),
    scriptProblem(findings),
    planProblem(findings),
    ...judgedProblems(findings.books.bins, findings.judgedUntilSecond),
    streamProblem(findings),
  ];
  if (findings.cpu !== null && findings.cpu > BUSY) {
    problems.push({
      code: 'generator-saturated',
      message: `k6 used ${percent(findings.cpu)} of the cores that it may use; above ${percent(BUSY)} it measures itself. Lower the rate or use a larger machine.`,
    });
  }
  if (findings.readerCpu > BUSY) {
    problems.push({
      code: 'reader-saturated',
      message: `reading k6's output took ${percent(findings.readerCpu)} of a core; above ${percent(BUSY)} it falls behind. Lower the rate.`,
    });
  }
  problems.push(ownProblem(findings));
  const late = lateProblem(findings);
  return [...problems, late].filter((problem) => problem !== undefined);
}

function ownProblem({ own, books }: Findings): Reason | undefined {
  if (own?.foreignOrigin !== undefined) {
    const message = `the script sent a request to ${own.foreignOrigin}, which surefoot.yml does not allow; the load was stopped`;
    return { code: 'foreign-address', message };
  }
  if (own?.measured === 0 && books.seen > 0) {
    const message = 'the script sent no request and made no check, so nothing was measured';
    return { code: 'no-samples', message };
  }
  return undefined;
}

function lateProblem({ latenessMax, lateShare }: Findings): Reason | undefined {
  if (lateShare > LATE_SHARE) {
    const message = `${percent(lateShare)} of the requests began more than ${LATE_SECONDS} s after their planned moment: the machine was too busy to keep the rate`;
    return { code: 'generator-late', message };
  }
  if (latenessMax !== null && latenessMax > MOST_LATE_SECONDS) {
    const message = `a request began ${latenessMax.toFixed(2)} s after its planned moment; more than ${MOST_LATE_SECONDS} s means that the machine stood still`;
    return { code: 'generator-late', message };
  }
  return undefined;
}

function scriptProblem({ end, log }: Findings): Reason | undefined {
  // A bad exit is told together with the log already.
  if (log.errors === 0 || exitProblem(end.exit, '') !== undefined) {
    return undefined;
  }
  return { code: 'k6-script', message: `k6 logged ${log.errors} errors though it ended well: ${log.summary}` };
}

function planProblem({ closing, books }: Findings): Reason | undefined {
  const said = (message: string): Reason => ({ code: 'planned-mismatch', message });
  if (books.surplus > 0) {
    return said(`k6 sent ${books.surplus} requests beyond the plan; they are not counted`);
  }
  if (books.unseen > 0 && closing.unseen === 'dropped') {
    return said(
      `${closing.planned} arrivals were due, k6 made ${books.seen}; the ${books.unseen} missing ones are counted as dropped`,
    );
  }
  if (books.seen > closing.planned && closing.unseen === 'dropped') {
    return said(`${closing.planned} arrivals were due, but k6 made ${books.seen}; all that were made are counted`);
  }
  return undefined;
}

function judgedProblems(bins: readonly LoadBin[], judgedUntilSecond: number): Reason[] {
  const judged = bins.filter((bin) => bin.second < judgedUntilSecond);
  const dropped = judged.reduce((sum, bin) => sum + bin.dropped, 0);
  const interrupted = judged.reduce((sum, bin) => sum + bin.interrupted, 0);
  const problems: Reason[] = [];
  if (dropped > 0) {
    const message = `${dropped} planned requests were never sent, for no virtual user was free or k6 was too late: what they would have met is not known`;
    problems.push({ code: 'generator-dropped', message });
  }
  if (interrupted > 0) {
    const message = `${interrupted} requests of the judged window have no known outcome`;
    problems.push({ code: 'judged-interrupted', message });
  }
  return problems;
}

function streamProblem({ unreadable, books, end }: Findings): Reason | undefined {
  const broken = books.contradictions + (wasCutOff(end.exit) ? 0 : unreadable);
  if (broken === 0) {
    return undefined;
  }
  return { code: 'stream-broken', message: `${broken} lines of k6's output could not be read or contradict others` };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

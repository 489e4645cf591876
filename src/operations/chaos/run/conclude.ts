/** From what was seen of a run to its verdict, its numbers and its marks on the time line. */
import type { Experiment as FisExperiment } from '../../../aws/fis/fis.ts';
import type { EvidenceEvent, LoadRecord, Reason } from '../../../report/evidence.ts';
import { type ClockOffset, type LocalMoment, localMomentOf, sureDifference } from '../../common/outage/clock-offset.ts';
import { HOLD_SECONDS, LEAST_HOLD_SECONDS, recoveryOf, servedOf } from '../../common/outage/recovery.ts';
import type { Ports } from '../../ports.ts';
import type { Stop } from './fault/inject.ts';
import { actionsOf, faultStart, idleOf, injectedOf } from './fault/injection.ts';
import { LOAD_BELOW_RATE } from './fault/start.ts';
import type { RunFacts } from './judge/facts.ts';
import { type JudgedRun, judgeRun } from './judge/judge.ts';
import { precise } from './judge/precise.ts';
import { type Baseline, isSlower } from './measure/baseline.ts';
import { detectionsOf, seenByAws } from './measure/read-back.ts';
import { type WrittenFacts, writtenFacts } from './measure/read-writes.ts';
import type { ChaosRunRequest } from './request.ts';
import { allBetween, type WatchedLoad } from './watch-load.ts';

/** FIS's clock and this machine's may differ by so much. What is known of it is reckoned with; beyond it neither is to be believed. */
const CLOCK_SECONDS = 1;

export interface SeenRun {
  readonly watched: WatchedLoad;
  /** Why surefoot has stopped the experiment; undefined: it has not. */
  readonly stopped: Stop | undefined;
  readonly ended: FisExperiment;
  readonly baseline: Baseline;
  /** A request failed before the fault already, of the load or of the probe. */
  readonly noisy: boolean;
  readonly load: LoadRecord;
  readonly probe: LoadRecord | undefined;
  /** How FIS's clock stands to this machine's; undefined: FIS has told no time. */
  readonly clockOffset: ClockOffset | undefined;
  /** The load went on for the whole observation. */
  readonly observed: boolean;
}

export interface ConcludedRun {
  readonly judged: JudgedRun;
  readonly events: readonly EvidenceEvent[];
  readonly load: LoadRecord;
  /** From the decision to stop to the end in FIS; undefined when nothing was stopped. */
  readonly abortSeconds: number | undefined;
}

export async function concludeRun(request: ChaosRunRequest, seen: SeenRun, ports: Ports): Promise<ConcludedRun> {
  const { ended, load } = seen;
  const { alarms } = request.experiment.expect;
  const faultAt = faultStart(ended);
  const fault = faultAt && momentHere(faultAt, seen);
  const [aws, detections] = await Promise.all([
    seenByAws(ended, ports),
    faultAt === undefined ? [] : detectionsOf(alarms, faultAt, ports),
  ]);
  const written = fault && (await writtenFacts(request, seen.watched.writes(), fault, ports));
  const facts = {
    ...factsOf(request, seen, fault),
    written,
    watchedSeconds: fault === undefined ? 0 : Math.max(0, ports.clock.now().getTime() / 1000 - fault.to),
    resolvedTargets: aws.resolved.length,
    tasks: aws.tasks,
    detections,
  };
  return {
    judged: judgeRun(request.experiment, facts),
    events: [
      ...stopEvents(seen.stopped),
      ...actionEvents(ended),
      ...alarmEvents(facts, faultAt),
      ...writeEvents(written),
      ...recoveryEvents(facts, fault),
    ],
    load,
    abortSeconds: abortSecondsOf(seen),
  };
}

/** A time of FIS's by this machine's clock. What FIS has not told of its clock is taken to be right, and is a problem by itself. */
function momentHere(at: Date, { clockOffset = { least: 0, most: 0 }, ended }: SeenRun): LocalMoment {
  return localMomentOf(at, clockOffset, [ended.creationTime, ended.startTime, ended.endTime]);
}

function abortSecondsOf(seen: SeenRun): number | undefined {
  const { stopped, ended } = seen;
  return stopped === undefined || ended.endTime === undefined
    ? undefined
    : Math.max(0, momentHere(ended.endTime, seen).to - stopped.at.getTime() / 1000);
}

type OwnFacts = Omit<RunFacts, 'resolvedTargets' | 'tasks' | 'detections' | 'written' | 'watchedSeconds'>;

function factsOf(request: ChaosRunRequest, seen: SeenRun, fault: LocalMoment | undefined): OwnFacts {
  const { watched, stopped, ended, baseline, noisy, load, probe } = seen;
  const { experiment, downtimeBudgetSeconds } = request;
  const until = judgedUntil(load, probe);
  const own = watched.log.between(0, until);
  const { status = 'unknown', reason = '' } = ended.state ?? {};
  const since = fault?.from;
  const holdSeconds = holdOf(experiment.load?.afterSeconds);
  const laterBy = fault === undefined ? 0 : fault.to - fault.from;
  const window = { faultAt: since ?? until, laterBy, until, holdSeconds, noisy };
  const endedAt = ended.endTime === undefined ? 0 : momentHere(ended.endTime, seen).to;
  return {
    ended: { status, reason },
    injected: injectedOf(ended),
    idle: idleOf(ended),
    // Where the load was cut off so early that nothing after the fault was seen to its end, nothing is known of it.
    recovery: since === undefined || until <= since ? undefined : recoveryOf(allBetween(watched, 0, until), window),
    hold: { seconds: holdSeconds, isShort: until - endedAt < LEAST_HOLD_SECONDS },
    served: since === undefined ? { planned: 0, ok: 0, lost: 0 } : servedOf(own, window),
    slower:
      since !== undefined &&
      isSlower(
        own.filter(({ at }) => at >= since),
        baseline,
      ),
    aborted: abortOf(status, reason, stopped),
    generatorProblems: [
      ...load.generator.problems,
      ...(probe?.generator.problems ?? []),
      ...clockProblem(seen.clockOffset),
      ...unwatched(seen),
    ],
    noisy,
    clockOffset: seen.clockOffset,
    downtime: { seconds: watched.downtime(), budgetSeconds: downtimeBudgetSeconds },
  };
}

/**
 * Seconds without a failure that make a recovery: a minute, or half of what the load goes on after the experiment, so that a recovery after
 * its end can be seen to last too; never so little that one good answer is enough.
 */
export function holdOf(afterSeconds = Number.POSITIVE_INFINITY): number {
  return Math.min(HOLD_SECONDS, Math.max(LEAST_HOLD_SECONDS, afterSeconds / 2));
}

/** Why there is no load to read a recovery from. */
function unwatched({ stopped, observed }: SeenRun): Reason[] {
  if (stopped?.code === LOAD_BELOW_RATE) {
    return [{ code: stopped.code, message: stopped.message }];
  }
  return observed && stopped?.code !== 'load-ended'
    ? []
    : [{ code: 'load-ended', message: 'the load ended before the recovery could be watched' }];
}

/** Requests sent later may not have had the time to end. Seconds since 1970. */
function judgedUntil(load: LoadRecord, probe: LoadRecord | undefined): number {
  const ends = [load, ...(probe === undefined ? [] : [probe])].map(
    ({ startedAt, judgedUntilSecond }) => Date.parse(startedAt) / 1000 + judgedUntilSecond,
  );
  return Math.min(...ends);
}

/** Why it was ended before its time, when it was. The load's own end is no abort: it makes the run worth nothing. */
function abortOf(status: string, reason: string, stopped: Stop | undefined): Reason | undefined {
  if (status !== 'stopped' || stopped?.code === 'load-ended') {
    return undefined;
  }
  return stopped === undefined
    ? { code: 'stopped-in-fis', message: `it was stopped in FIS: ${reason || 'no reason given'}` }
    : { code: stopped.code, message: stopped.message };
}

function clockProblem(offset: ClockOffset | undefined): Reason[] {
  const advice = "set this machine's by NTP";
  if (offset === undefined) {
    return [
      {
        code: 'clock-skew',
        message: 'FIS has told no time of its template or its start: nothing is known of its clock',
      },
    ];
  }
  const difference = sureDifference(offset);
  const message = `the clocks of AWS and this machine differ by at least ${difference.toFixed(1)} s: ${advice}`;
  return difference > CLOCK_SECONDS ? [{ code: 'clock-skew', message }] : [];
}

function stopEvents(stopped: Stop | undefined): EvidenceEvent[] {
  return stopped === undefined
    ? []
    : [{ at: stopped.at.toISOString(), kind: 'decision', label: 'stop asked for', detail: stopped.message }];
}

/** By FIS's own times; an action that is over as soon as it began has one mark. */
function actionEvents(ended: FisExperiment): EvidenceEvent[] {
  return actionsOf(ended).flatMap(({ name, actionId, startedAt, endedAt, isFault }): EvidenceEvent[] => {
    if (startedAt === undefined || !isFault) {
      return [];
    }
    const begun = { at: startedAt.toISOString(), kind: 'fault', label: name, detail: actionId } as const;
    return endedAt === undefined || endedAt.getTime() - startedAt.getTime() < 1000
      ? [begun]
      : [begun, { at: endedAt.toISOString(), kind: 'note', label: `${name} ended` }];
  });
}

/** The moment from which the service answered for good, by this machine's clock. */
function recoveryEvents({ recovery }: Pick<RunFacts, 'recovery'>, fault: LocalMoment | undefined): EvidenceEvent[] {
  return recovery?.kind !== 'recovered' || fault === undefined
    ? []
    : [
        {
          at: new Date((fault.from + recovery.upper) * 1000).toISOString(),
          kind: 'change',
          label: 'the service is back',
          detail: `${precise(recovery.lower)} to ${precise(recovery.upper)} after the fault`,
        },
      ];
}

/** Where the data ends, when something is lost. */
function writeEvents(written: WrittenFacts | undefined): EvidenceEvent[] {
  const oldest = written?.kind === 'measured' ? written.loss.lost[0] : undefined;
  return oldest === undefined
    ? []
    : [
        {
          at: new Date(oldest.acknowledgedAt * 1000).toISOString(),
          kind: 'problem',
          label: 'oldest lost write acknowledged',
          detail: oldest.id,
        },
      ];
}

function alarmEvents({ detections }: Pick<RunFacts, 'detections'>, faultAt: Date | undefined): EvidenceEvent[] {
  return detections.flatMap(({ name, detection }): EvidenceEvent[] =>
    detection.kind === 'fired' && faultAt !== undefined
      ? [{ at: new Date(faultAt.getTime() + detection.seconds * 1000).toISOString(), kind: 'alarm', label: name }]
      : [],
  );
}

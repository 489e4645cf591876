/** From what was seen of a run to its verdict, its numbers and its marks on the time line. */
import type { Experiment as FisExperiment } from '../../../aws/fis.ts';
import type { EvidenceEvent, LoadRecord, Reason } from '../../../report/evidence.ts';
import { HOLD_SECONDS, LEAST_HOLD_SECONDS, recoveryOf, servedOf } from '../../common/outage/recovery.ts';
import type { Ports } from '../../ports.ts';
import type { Stop } from './inject.ts';
import { actionsOf, faultStart, idleOf, injectedOf } from './injection.ts';
import type { RunFacts } from './judge/facts.ts';
import { type JudgedRun, judgeRun } from './judge/judge.ts';
import { precise } from './judge/precise.ts';
import { type Baseline, isSlower } from './measure/baseline.ts';
import { detectionsOf, seenByAws } from './measure/read-back.ts';
import { type WrittenFacts, writtenFacts } from './measure/read-writes.ts';
import type { ChaosRunRequest } from './request.ts';
import { allBetween, type WatchedLoad } from './watch-load.ts';

/** AWS's clock and this machine's may differ by so much: beyond it no recovery time can be read. */
const CLOCK_SECONDS = 1;
/** Code of a stop, and of a reason: the load was not what was asked for. */
export const LOAD_BELOW_RATE = 'load-below-rate';

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
  /** Seconds by which the clocks surely differ. */
  readonly skew: number;
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
  const { ended, load, stopped } = seen;
  const { alarms } = request.experiment.expect;
  const faultAt = faultStart(ended);
  const [aws, detections] = await Promise.all([
    seenByAws(ended, ports),
    faultAt === undefined ? [] : detectionsOf(alarms, faultAt, ports),
  ]);
  const written =
    faultAt === undefined
      ? undefined
      : await writtenFacts(request, seen.watched.writes(), faultAt.getTime() / 1000, ports);
  const facts = {
    ...factsOf(request, seen, faultAt),
    written,
    watchedSeconds: faultAt === undefined ? 0 : (ports.clock.now().getTime() - faultAt.getTime()) / 1000,
    resolvedTargets: aws.resolved.length,
    tasks: aws.tasks,
    detections,
  };
  const { endTime } = ended;
  return {
    judged: judgeRun(request.experiment, facts),
    events: [
      ...stopEvents(stopped),
      ...actionEvents(ended),
      ...alarmEvents(facts, faultAt),
      ...writeEvents(written),
      ...recoveryEvents(facts, faultAt),
    ],
    load,
    abortSeconds:
      stopped === undefined || endTime === undefined
        ? undefined
        : Math.max(0, (endTime.getTime() - stopped.at.getTime()) / 1000),
  };
}

type OwnFacts = Omit<RunFacts, 'resolvedTargets' | 'tasks' | 'detections' | 'written' | 'watchedSeconds'>;

function factsOf(request: ChaosRunRequest, seen: SeenRun, faultAt: Date | undefined): OwnFacts {
  const { watched, stopped, ended, baseline, noisy, load, probe } = seen;
  const { experiment, downtimeBudgetSeconds } = request;
  const until = judgedUntil(load, probe);
  const own = watched.log.between(0, until);
  const { status = 'unknown', reason = '' } = ended.state ?? {};
  const since = faultAt === undefined ? undefined : faultAt.getTime() / 1000;
  const holdSeconds = holdOf(experiment.load?.afterSeconds);
  const window = { faultAt: since ?? until, until, holdSeconds, noisy };
  return {
    ended: { status, reason },
    injected: injectedOf(ended),
    idle: idleOf(ended),
    // Where the load was cut off so early that nothing after the fault was seen to its end, nothing is known of it.
    recovery: since === undefined || until <= since ? undefined : recoveryOf(allBetween(watched, 0, until), window),
    hold: { seconds: holdSeconds, isShort: until - (ended.endTime?.getTime() ?? 0) / 1000 < LEAST_HOLD_SECONDS },
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
      ...clockProblem(seen.skew),
      ...unwatched(seen),
    ],
    noisy,
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

/** Seconds by which AWS's clock and this machine's surely differ: a call's own moment lies between its sending and its answer. */
export function skewOf(at: Date | undefined, sentAt: Date, answeredAt: Date): number {
  if (at === undefined) {
    return 0;
  }
  return Math.max(0, sentAt.getTime() - at.getTime(), at.getTime() - answeredAt.getTime()) / 1000;
}

function clockProblem(skew: number): Reason[] {
  const message = `the clocks of AWS and this machine differ by at least ${skew.toFixed(1)} s: set this machine's by NTP`;
  return skew > CLOCK_SECONDS ? [{ code: 'clock-skew', message }] : [];
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

/** The moment from which the service answered for good. */
function recoveryEvents({ recovery }: Pick<RunFacts, 'recovery'>, faultAt: Date | undefined): EvidenceEvent[] {
  return recovery?.kind !== 'recovered' || faultAt === undefined
    ? []
    : [
        {
          at: new Date(faultAt.getTime() + recovery.upper * 1000).toISOString(),
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

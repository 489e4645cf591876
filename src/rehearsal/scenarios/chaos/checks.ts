/** Expectations on the run of an experiment that scenarios share: what it says, against what the platform and its balancer saw. Pure. */

import { CLOCK } from '../../../operations/chaos/run/judge/measurements.ts';
import type { Check, Evidence, LoadRecord, Measurement, Verdict } from '../../../report/evidence.ts';
import type { AccessLogLine } from '../../world/balancer/access-log.ts';
import { countsAddUp, generatorHealthy, judgedTotals, PLATFORM_CHECK } from '../load-checks.ts';
import type { ChaosObservation } from '../scenario.ts';
import { isWell, judgedLines, linesOfLoad, type Moment, type OutageTruth, outageOf } from './access-log.ts';

/** By so much the run's recovery time may differ from that in the balancer's log. */
const RTO_SECONDS = 0.25;
/** The balancer may stand still for so long, as others have the processor; beyond it the machine is measured, and not the service. */
const STILL_MS = 750;
/** Load and probe end within a second of each other; what was sent in it may have been cut off. */
const END_MS = 1000;

export const VERDICT_CHECK = 'verdict of the run';

/** Exit codes by verdict, as a job on a runner would see them. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, inconclusive: 3 };

/** Verdict, exit code and first reason of the run. */
export function verdictIs(
  { operation, exitCode }: ChaosObservation,
  expected: Verdict,
  ...codes: readonly string[]
): Check {
  const code = operation.reasons[0]?.code ?? '';
  const good = operation.verdict === expected && exitCode === EXIT_CODES[expected] && codes.includes(code);
  return {
    name: VERDICT_CHECK,
    verdict: good ? 'pass' : 'fail',
    expected: `${expected} (${codes.join(' or ')}), exit code ${EXIT_CODES[expected]}`,
    observed: `${operation.verdict} (${code}), exit code ${exitCode}: ${operation.reasons.map(({ message }) => message).join('; ')}`,
  };
}

/** One of the run's own checks came out like this. */
export function ownCheck({ operation }: ChaosObservation, name: string, verdict: Verdict): Check {
  const found = operation.checks.find((check) => check.name === name);
  return {
    name: `the run says: ${name}`,
    verdict: found?.verdict === verdict ? 'pass' : 'fail',
    expected: verdict,
    observed: found === undefined ? 'nothing' : `${found.verdict}: ${found.observed ?? ''}`,
  };
}

/** Recovery and losses are those of the balancer's log, every request of the load is in it, and the load can be believed. */
export function agreesWithTheBalancer(observation: ChaosObservation): readonly Check[] {
  const { load } = observation.operation;
  if (load === undefined) {
    return [{ name: 'there was a load', verdict: 'fail', expected: 'its record', observed: 'none' }];
  }
  return [
    rtoAgrees(observation),
    lossAgrees(observation, load),
    allLogged(observation, load),
    countsAddUp(load),
    generatorHealthy(load),
    platformAtWork(observation.log),
  ];
}

/** In the balancer's log, as far as the load was judged; undefined where nothing was injected under a load. */
export function truthOf({ operation, log, faultAt }: ChaosObservation): OutageTruth | undefined {
  const { load } = operation;
  return load === undefined || faultAt === undefined
    ? undefined
    : outageOf(log, faultAt.getTime(), judgedUntil(load) - END_MS);
}

function judgedUntil({ startedAt, judgedUntilSecond }: LoadRecord): number {
  return Date.parse(startedAt) + judgedUntilSecond * 1000;
}

/** Seconds between the run's interval of recovery and the balancer's; undefined: one of them has none, and the other has. */
export function rtoDeviation(observation: ChaosObservation): number | undefined {
  const rto = measurementOf(observation.operation, 'rto');
  const truth = truthOf(observation);
  if (rto === undefined || truth === undefined) {
    return undefined;
  }
  const { lastFailure, back } = truth;
  if (lastFailure === undefined) {
    return rto.value === 0 ? 0 : undefined;
  }
  const lower = distance(rto.lower, lastFailure);
  if (back === undefined || rto.value === null) {
    return back === undefined && rto.value === null ? lower : undefined;
  }
  return Math.max(lower, distance(rto.upper, back));
}

/** 0 within what the balancer knows of the moment. */
function distance(seconds = Number.POSITIVE_INFINITY, { from, at }: Moment): number {
  return Math.max(0, from - seconds, seconds - at);
}

function rtoAgrees(observation: ChaosObservation): Check {
  const rto = measurementOf(observation.operation, 'rto');
  return {
    name: "recovery time is that of the balancer's log",
    verdict: rtoVerdict(observation),
    expected: `${outageText(truthOf(observation))}, within ${RTO_SECONDS} s`,
    observed: rto === undefined ? 'none' : intervalText(rto),
  };
}

/**
 * Where the balancer was so far behind that this may be all of the difference, its log is not the truth; and where the clocks were known no
 * better, as the calls to FIS took so long, the run has said so: both decide nothing.
 */
function rtoVerdict(observation: ChaosObservation): Verdict {
  const deviation = rtoDeviation(observation) ?? Number.POSITIVE_INFINITY;
  const { lastFailure, back } = truthOf(observation) ?? {};
  const beyond = Math.max(lastFailure?.beyond ?? 0, back?.beyond ?? 0) + clockWidth(observation);
  if (deviation <= RTO_SECONDS) {
    return 'pass';
  }
  return deviation - beyond <= RTO_SECONDS ? 'inconclusive' : 'fail';
}

/** Seconds within which the run knew FIS's clock. */
function clockWidth({ operation }: ChaosObservation): number {
  const { lower = 0, upper = 0 } = measurementOf(operation, CLOCK) ?? {};
  return upper - lower;
}

function outageText(truth: OutageTruth | undefined): string {
  if (truth?.lastFailure === undefined) {
    return 'no request failed';
  }
  const { lastFailure, back } = truth;
  return back === undefined
    ? `more than ${momentText(lastFailure)}`
    : `${momentText(lastFailure)} to ${momentText(back)}`;
}

function momentText({ from, at, beyond }: Moment): string {
  const behind = at - from + beyond;
  return behind < 0.01 ? `${at.toFixed(3)} s` : `${at.toFixed(3)} s (seen up to ${behind.toFixed(3)} s late)`;
}

function intervalText({ value, lower, upper }: Measurement): string {
  const from = lower?.toFixed(3) ?? '?';
  return value === null ? `more than ${from} s` : `${from} to ${upper?.toFixed(3) ?? '?'} s`;
}

/** How many requests of the load were not answered well, by the balancer's log; as a range where the last second may count or not. */
export function lostByLog({ log, operation }: ChaosObservation): { readonly least: number; readonly most: number } {
  const { load } = operation;
  if (load === undefined) {
    return { least: 0, most: 0 };
  }
  const until = judgedUntil(load);
  const lost = (before: number) => failuresOf(linesOfLoad(log).filter(({ received }) => received < before));
  return { least: lost(until - END_MS), most: lost(until) };
}

function failuresOf(lines: readonly AccessLogLine[]): number {
  return lines.filter((line) => !isWell(line)).length;
}

/** Twice: the record of the load by the numbers of its requests, and the run's own measure by the balancer's times. */
function lossAgrees(observation: ChaosObservation, load: LoadRecord): Check {
  const { planned, ok } = judgedTotals(load);
  const byNumber = failuresOf(judgedLines(observation.log, load));
  const { least, most } = lostByLog(observation);
  const said = measurementOf(observation.operation, 'lost-requests')?.value;
  const same = planned - ok === byNumber && said !== null && said !== undefined && said >= least && said <= most;
  return {
    name: "requests lost are those of the balancer's log",
    verdict: same ? 'pass' : 'fail',
    expected: `${byNumber} of the load, ${least === most ? least : `${least} to ${most}`} from the fault on`,
    observed: `${planned - ok} of the load, ${said ?? 'not known'} from the fault on`,
  };
}

/** The balancer came to its turn, by its own log; if not, what it did late is not the service's doing. */
export function platformAtWork(log: readonly AccessLogLine[]): Check {
  const still = log.reduce((most, { behind }) => Math.max(most, behind), 0);
  return {
    name: PLATFORM_CHECK,
    verdict: still <= STILL_MS ? 'pass' : 'inconclusive',
    expected: `the balancer never stood still for more than ${STILL_MS} ms`,
    observed: `${still} ms at the most${still <= STILL_MS ? '' : ': this machine is too busy for a rehearsal'}`,
  };
}

/** By the numbers that k6 gives them. */
export function allLogged({ log }: Pick<ChaosObservation, 'log'>, load: LoadRecord): Check {
  const lines = judgedLines(log, load);
  const { planned } = judgedTotals(load);
  const dropped = load.bins.reduce((sum, bin) => sum + (bin.second < load.judgedUntilSecond ? bin.dropped : 0), 0);
  const unique = new Set(lines.map(({ id }) => id)).size;
  return {
    name: 'the balancer saw every request of the load, each once',
    verdict: lines.length === planned - dropped && unique === lines.length ? 'pass' : 'fail',
    expected: `${planned - dropped}`,
    observed: `${lines.length}, ${unique} different`,
  };
}

export function measurementOf({ measurements }: Evidence, indicator: string): Measurement | undefined {
  return measurements.find((one) => one.indicator === indicator);
}

/** What the run said, beside the truth. */
export function deviations(observation: ChaosObservation): readonly Measurement[] {
  const deviation = rtoDeviation(observation);
  const { most } = lostByLog(observation);
  return [
    {
      indicator: 'deviation of the recovery time',
      value: deviation ?? null,
      unit: 's',
      method: "the larger distance between the ends of the run's interval and those in the balancer's log",
    },
    {
      indicator: "requests lost by the balancer's log",
      value: most,
      unit: 'requests',
      method: 'of the load, not answered well or not whole',
    },
  ];
}

/** `recovered after 3.1 to 3.2 s; 12 of 600 requests lost`. */
export function outcomeText({ operation }: ChaosObservation): string {
  const rto = measurementOf(operation, 'rto');
  const lost = measurementOf(operation, 'lost-requests');
  const recovered =
    rto === undefined
      ? 'no recovery time'
      : rto.value === 0
        ? 'no request suffered'
        : rto.value === null
          ? `not recovered in ${intervalText(rto)}`
          : `recovered after ${intervalText(rto)}`;
  return `${recovered}; ${lost?.value ?? 0} of ${lost?.n ?? 0} requests lost`;
}

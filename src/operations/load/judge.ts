/** The verdict on a load: the generator first, then each target with its bounds. Pure: it can be computed again from the record. */
import { totalsUntil } from '../../measure/objective.ts';
import type { Objective } from '../../platform/model/objectives.ts';
import type { Check, LoadRecord, Measurement, Reason, Verdict } from '../../report/evidence.ts';
import { latencyOf, measurementOfQuantile, measurementOfRatio } from '../../report/facts.ts';
import { type Buckets, bucketOf, countOf } from '../../statistics/log-histogram.ts';
import { type Outage, outagesOf } from './outages.ts';
import type { Judgement } from './profile.ts';
import { CONFIDENCE, cleanRequestsNeeded, refutes, shareOf, supports } from './proof.ts';
import { count, rateText } from './sizing.ts';
import { bestThroughput } from './throughput.ts';

export interface JudgeRequest {
  readonly load: LoadRecord;
  readonly judge: Judgement;
  /** Those of the service. */
  readonly objectives: readonly Objective[];
  /** What the service is built for, in requests per second. */
  readonly capacity: number | undefined;
  /** Why the load was stopped early, if it was. */
  readonly stopped: string | undefined;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly reasons: Reason[];
  readonly checks: Check[];
  readonly measurements: Measurement[];
  readonly outages: readonly Outage[];
}

export const GENERATOR_CHECK = 'load generator kept its plan';
/** Long enough that single answers do not matter, short beside the minutes of a ramp. */
const THROUGHPUT_SECONDS = 10;

/** Judges what began in the judged window. */
export function judgeLoad(request: JudgeRequest): Judged {
  const { load } = request;
  const outages = outagesOf(judgedBins(load));
  const generator = generatorCheck(load);
  const checks = [generator, ...targetChecks(request)];
  // Nothing that a generator without breath measured can be held against the service, or spoken in its favour.
  const verdict = generator.verdict === 'pass' ? worst(checks) : 'inconclusive';
  return {
    verdict,
    reasons: [...reasonsOf(verdict, checks, request), ...outages.map(outageReason)],
    checks,
    measurements: measurementsOf(request, outages),
    outages,
  };
}

function judgedBins(load: LoadRecord): LoadRecord['bins'] {
  return load.bins.filter(({ second }) => second < load.judgedUntilSecond);
}

function generatorCheck({ generator }: LoadRecord): Check {
  const { problems, cpu, latenessMax } = generator;
  const numbers = `CPU ${cpu === null ? 'unknown' : `${Math.round(cpu * 100)} %`}, latest start ${latenessMax === null ? 'unknown' : `${Math.round(latenessMax * 1000)} ms`} behind plan`;
  return {
    name: GENERATOR_CHECK,
    verdict: problems.length === 0 ? 'pass' : 'inconclusive',
    expected: 'nothing dropped, nothing late, no crash',
    observed: problems.length === 0 ? numbers : `${problems.map(({ message }) => message).join('; ')} (${numbers})`,
  };
}

function targetChecks(request: JudgeRequest): Check[] {
  const { load, judge, objectives, stopped } = request;
  const totals = totalsUntil(load, load.judgedUntilSecond);
  if (totals.ok + totals.failed === 0) {
    return [
      {
        name: 'requests were made',
        verdict: 'inconclusive',
        expected: 'at least one',
        observed: 'none that was judged: nothing is known',
      },
    ];
  }
  switch (judge) {
    case 'every-request':
      return [
        {
          name: 'every request answered well',
          verdict: totals.failed === 0 ? 'pass' : 'fail',
          expected: 'no failure',
          observed: `${count(totals.failed)} of ${count(totals.ok + totals.failed)} failed${kindsOf(load)}`,
        },
      ];
    case 'capacity':
      return [capacityCheck(request)];
    default:
      return [
        ...(stopped === undefined ? [] : [stopCheck(stopped)]),
        ...(objectives.length === 0
          ? [noObjectives()]
          : objectives.map((objective) => objectiveCheck(objective, load))),
      ];
  }
}

function stopCheck(stopped: string): Check {
  return {
    name: 'errors within the window',
    verdict: 'fail',
    expected: 'within the limit of the profile',
    observed: stopped,
  };
}

function noObjectives(): Check {
  return {
    name: 'objectives',
    verdict: 'inconclusive',
    expected: 'an SLO of the service in surefoot.yml',
    observed: 'none: there is nothing to hold the numbers against',
  };
}

/** Bad and all events of an objective in the judged window. */
export function eventsOf(objective: Objective, load: LoadRecord): { bad: number; total: number } {
  const totals = totalsUntil(load, load.judgedUntilSecond);
  if (objective.indicator === 'availability' || objective.thresholdSeconds === undefined) {
    return { bad: totals.failed, total: totals.ok + totals.failed };
  }
  // A request without an answer had none in time; one that was answered with an error is availability's matter.
  const unanswered = judgedBins(load).reduce((sum, { failed }) => sum + unansweredIn(failed), 0);
  const slow = slowerThan(latencyOf(load, load.judgedUntilSecond), objective.thresholdSeconds);
  return { bad: slow + unanswered, total: totals.ok + unanswered };
}

function unansweredIn(failed: Readonly<Record<string, number>>): number {
  return Object.entries(failed).reduce((sum, [kind, times]) => sum + (kind.startsWith('http-') ? 0 : times), 0);
}

/** How many values are surely or possibly above the threshold: those in its own bucket, 2 % wide, are taken as above. */
function slowerThan(latency: Buckets, thresholdSeconds: number): number {
  const slow = [...latency].filter(([bucket]) => bucket >= bucketOf(thresholdSeconds));
  return countOf(new Map(slow));
}

/** Proven within the budget, proven beyond it, or not known: at 95 %, exact, one-sided. */
function objectiveCheck(objective: Objective, load: LoadRecord): Check {
  const { bad, total } = eventsOf(objective, load);
  const { budget } = objective;
  const within = supports(budget, bad, total);
  const verdict: Verdict = within ? 'pass' : refutes(budget, bad, total) ? 'fail' : 'inconclusive';
  const share = total === 0 ? 'no request' : `${count(bad)} of ${count(total)}, ${percent(bad / total)}`;
  const needed = cleanRequestsNeeded(budget);
  const hint =
    verdict !== 'inconclusive'
      ? ''
      : total < needed
        ? `: not enough to know, which takes ${Number.isFinite(needed) ? count(needed) : 'endlessly many'} requests without a bad one`
        : ': too close to the target to know';
  const slow = objective.thresholdSeconds === undefined ? 'failed' : `slower than ${objective.thresholdSeconds} s`;
  return {
    name: `objective ${objective.name}`,
    verdict,
    expected: `at most ${percent(shareOf(budget))} ${slow}, at ${CONFIDENCE * 100} %`,
    observed: `${share}${hint}`,
  };
}

function capacityCheck({ load, capacity, stopped }: JudgeRequest): Check {
  const best = bestThroughput(load.bins, Math.min(THROUGHPUT_SECONDS, load.bins.length));
  const got =
    best === undefined
      ? 'nothing was answered'
      : `at most ${rateText(best)} answered well, over ${THROUGHPUT_SECONDS} s`;
  const broke = stopped === undefined ? `did not break up to ${rateText(load.rate)}` : stopped;
  const enough = best !== undefined && best > 0 && (capacity === undefined || best >= capacity);
  return {
    name: 'capacity',
    // A load that was never stopped may only have asked for too little.
    verdict: enough ? 'pass' : stopped === undefined ? 'inconclusive' : 'fail',
    expected: capacity === undefined ? 'found' : `at least ${rateText(capacity)}`,
    observed: `${got}; ${broke}`,
  };
}

function measurementsOf({ load, objectives, judge }: JudgeRequest, outages: readonly Outage[]): Measurement[] {
  const latency = latencyOf(load, load.judgedUntilSecond);
  const totals = totalsUntil(load, load.judgedUntilSecond);
  const ratios = objectives.map((objective) => {
    const { bad, total } = eventsOf(objective, load);
    return measurementOfRatio({ indicator: `good events of ${objective.name}`, count: total - bad, total });
  });
  const answered = measurementOfRatio({
    indicator: 'requests answered well',
    count: totals.ok,
    total: totals.ok + totals.failed,
  });
  const quantiles = [0.5, 0.95, 0.99].map((p) =>
    measurementOfQuantile({ indicator: `latency p${p * 100}`, buckets: latency, p }),
  );
  const failedAfter: Buckets = new Map();
  for (const [bucket, times] of judgedBins(load).flatMap((bin) => bin.failedAfter ?? [])) {
    failedAfter.set(bucket, (failedAfter.get(bucket) ?? 0) + times);
  }
  const failures =
    failedAfter.size === 0
      ? []
      : [
          measurementOfQuantile({
            indicator: 'time until a failed request had failed, median',
            buckets: failedAfter,
            p: 0.5,
          }),
        ];
  const best =
    judge === 'capacity' ? bestThroughput(load.bins, Math.min(THROUGHPUT_SECONDS, load.bins.length)) : undefined;
  return [
    ...(objectives.length === 0 ? [answered] : ratios),
    ...quantiles,
    ...failures,
    ...(best === undefined ? [] : [throughputMeasurement(best)]),
    ...outages.map(outageMeasurement),
  ];
}

function throughputMeasurement(value: number): Measurement {
  return {
    indicator: 'throughput',
    value,
    unit: 'requests/s',
    method: `most good answers per second over ${THROUGHPUT_SECONDS} s in a row`,
  };
}

/** It began and ended within a second each: the width of a bin. */
function outageMeasurement({ from, to, open }: Outage, index: number): Measurement {
  const seconds = to - from;
  return {
    indicator: `outage${index === 0 ? '' : ` ${index + 1}`}`,
    value: seconds,
    lower: Math.max(0, seconds - 2),
    ...(open ? {} : { upper: seconds + 2 }),
    unit: 's',
    method:
      'seconds in which fewer than half of the planned requests ended well, by their planned start; a bin at either end',
  };
}

function outageReason({ from, to, lost, open }: Outage): Reason {
  const end = open ? `to the end of the load, at least ${to - from} s` : `to second ${to}, ${to - from} s`;
  return { code: 'outage', message: `down from second ${from} ${end}: ${count(lost)} requests lost` };
}

function reasonsOf(verdict: Verdict, checks: readonly Check[], { load, stopped, judge }: JudgeRequest): Reason[] {
  const totals = totalsUntil(load, load.judgedUntilSecond);
  if (verdict === 'pass') {
    const code = judge === 'capacity' ? 'capacity-found' : 'targets-met';
    return [
      { code, message: `${count(totals.ok)} of ${count(totals.planned)} requests answered well; ${passed(checks)}` },
    ];
  }
  if (checks[0]?.verdict !== 'pass') {
    return load.generator.problems.map(({ code, message }) => ({ code, message }));
  }
  const notes = checks.filter((check) => check.verdict !== 'pass');
  return notes.map((check) => ({
    code: check.name.startsWith('requests')
      ? 'no-samples'
      : check.verdict === 'fail'
        ? stopped === undefined
          ? 'target-missed'
          : 'stopped-early'
        : 'not-enough-data',
    message: `${check.name}: ${check.observed ?? ''}; expected ${check.expected ?? ''}`,
  }));
}

function passed(checks: readonly Check[]): string {
  return checks
    .slice(1)
    .map((check) => `${check.name} ${check.observed ?? ''}`)
    .join('; ');
}

function kindsOf(load: LoadRecord): string {
  const kinds = new Set(judgedBins(load).flatMap(({ failed }) => Object.keys(failed)));
  return kinds.size === 0 ? '' : ` (${[...kinds].join(', ')})`;
}

function worst(checks: readonly Check[]): Verdict {
  const verdicts = checks.map(({ verdict }) => verdict);
  return verdicts.includes('fail') ? 'fail' : verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

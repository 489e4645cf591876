/**
 * The verdict on a run. A pass needs proof: that a fault was injected, that it was felt or was expected not to be, and that what must hold
 * was measured with enough requests. Pure.
 */
import type { Check, Measurement, Reason, Verdict } from '../../../report/evidence.ts';
import { formatSeconds } from '../../../report/format.ts';
import { type Recovery, reaches, type Served } from '../../common/outage/recovery.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type Row, row } from '../plan/rows.ts';
import { type Detection, isInTime } from './detection.ts';
import type { ActedOn } from './injection.ts';

export interface RunFacts {
  /** The state in which the experiment ended, and why, in FIS's words. */
  readonly ended: { readonly status: string; readonly reason: string };
  readonly injected: readonly ActedOn[];
  readonly resolvedTargets: number;
  /** Of stop-task: tasks that were to be stopped, and those that ECS says were. */
  readonly tasks: { readonly toStop: number; readonly seen: number } | undefined;
  /** Undefined: no fault began. */
  readonly recovery: Recovery | undefined;
  readonly served: Served;
  /** Requests took longer than before. */
  readonly slower: boolean;
  readonly detections: readonly { readonly name: string; readonly detection: Detection }[];
  /** Why it did not come to its own end: surefoot's stop, an alarm, the safety lever. */
  readonly aborted: Reason | undefined;
  readonly generatorProblems: readonly Reason[];
  /** Seconds of full outage that the load has counted since the start of the experiment, and how many were allowed. */
  readonly downtime: { readonly seconds: number; readonly budgetSeconds: number };
  /** The load had a failure now and then before the fault already. */
  readonly noisy: boolean;
}

export interface JudgedRun {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly checks: readonly Check[];
  readonly measurements: readonly Measurement[];
}

export function judgeRun(experiment: Experiment, facts: RunFacts): JudgedRun {
  const rows = [
    ...proofRows(experiment, facts),
    ...(facts.recovery === undefined ? [] : expectationRows(experiment, facts, facts.recovery)),
  ];
  const checks = rows.map(({ check }) => check);
  const measurements = measurementsOf(facts);
  const named = (verdict: Verdict) =>
    rows
      .filter(({ check }) => check.verdict === verdict)
      .map(({ code, check }) => ({ code, message: sentence(check) }));
  const [failed, unproven] = [named('fail'), named('inconclusive')];
  if (facts.aborted !== undefined && facts.injected.length > 0) {
    return {
      verdict: 'fail',
      reasons: [{ code: 'aborted', message: facts.aborted.message }, ...failed, ...unproven],
      checks,
      measurements,
    };
  }
  if (facts.aborted !== undefined || unproven.length > 0) {
    return {
      verdict: 'inconclusive',
      reasons: [...(facts.aborted === undefined ? [] : [facts.aborted]), ...unproven, ...failed],
      checks,
      measurements,
    };
  }
  return failed.length > 0
    ? { verdict: 'fail', reasons: failed, checks, measurements }
    : { verdict: 'pass', reasons: [{ code: 'survived', message: passMessage(facts) }], checks, measurements };
}

/** That there was a fault, that it was felt, and that the load can be believed. */
function proofRows({ expect }: Experiment, facts: RunFacts): Row[] {
  const { ended, injected, resolvedTargets, tasks, served, recovery, generatorProblems } = facts;
  const unless = (bad: boolean): Verdict => (bad ? 'inconclusive' : 'pass');
  const felt = recovery !== undefined && (recovery.kind !== 'unfelt' || facts.slower);
  return [
    row(
      'nothing-injected',
      'a fault was injected',
      unless(injected.length === 0),
      'an action that breaks something has begun, as FIS says',
      injected.length === 0
        ? `none; the experiment ended ${ended.status}: ${ended.reason || 'FIS gives no reason'}`
        : injected.map(({ name, actionId, status }) => `${name} (${actionId}) ${status}`).join(', '),
    ),
    row(
      'experiment-failed',
      'the experiment ended',
      unless(ended.status === 'failed' || ended.status === 'cancelled'),
      'completed, or stopped',
      `${ended.status}: ${ended.reason}`,
    ),
    row(
      'too-few-targets',
      'resources hit',
      unless(resolvedTargets < expect.evidence.targets),
      `at least ${expect.evidence.targets} (expect.evidence)`,
      String(resolvedTargets),
    ),
    ...(tasks === undefined || tasks.toStop === 0
      ? []
      : [
          row(
            'tasks-not-stopped',
            'tasks stopped',
            unless(tasks.seen < tasks.toStop),
            `${tasks.toStop} resolved by FIS are stopped, as ECS says`,
            String(tasks.seen),
          ),
        ]),
    row(
      'too-few-requests',
      'requests under the fault',
      unless(served.planned < expect.evidence.requests),
      `at least ${expect.evidence.requests} (expect.evidence)`,
      String(served.planned),
    ),
    ...(recovery === undefined || expect.felt === 'not-expected'
      ? []
      : [
          row(
            'not-felt',
            'the fault was felt',
            unless(!felt),
            'requests failed or became slower (expect.felt)',
            felt ? feltText(facts, recovery) : 'no request failed, and none was slower than before',
          ),
        ]),
    row(
      'generator',
      'the load kept its plan',
      unless(generatorProblems.length > 0),
      'every request was sent in time',
      generatorProblems.map(({ message }) => message).join('; ') || 'it did',
    ),
  ];
}

function feltText({ served, slower }: RunFacts, recovery: Recovery): string {
  return recovery.kind === 'unfelt' || served.lost === 0
    ? 'requests took longer than before'
    : `${served.lost} requests failed${slower ? ', others took longer than before' : ''}`;
}

function expectationRows({ expect }: Experiment, facts: RunFacts, recovery: Recovery): Row[] {
  const { served } = facts;
  const { rtoSeconds, availability, maximumLostRequests } = expect;
  return [
    ...(rtoSeconds === undefined ? [] : [rtoRow(recovery, rtoSeconds)]),
    ...(availability === undefined
      ? []
      : [
          row(
            'availability-missed',
            'availability under the fault',
            reaches(served, availability.exactly) ? 'pass' : 'fail',
            `at least ${availability.percent} % of the planned requests`,
            `${served.ok} of ${served.planned}`,
          ),
        ]),
    ...(maximumLostRequests === undefined
      ? []
      : [
          row(
            'too-many-lost',
            'requests lost',
            served.lost <= maximumLostRequests ? 'pass' : 'fail',
            `at most ${maximumLostRequests}`,
            String(served.lost),
          ),
        ]),
    row(
      'downtime-budget',
      'downtime',
      facts.downtime.seconds < facts.downtime.budgetSeconds ? 'pass' : 'fail',
      `less than ${formatSeconds(facts.downtime.budgetSeconds)} of full outage (downtime budget)`,
      precise(facts.downtime.seconds),
    ),
    ...facts.detections.map((one) => alarmRow(one, expect.alarms)),
  ];
}

/** By the upper end of the interval; what lies across the objective is a fail, as it is not shown to hold. */
function rtoRow(recovery: Recovery, rtoSeconds: number): Row {
  const expected = `at most ${formatSeconds(rtoSeconds)}`;
  switch (recovery.kind) {
    case 'unfelt': {
      const observed = `no request suffered; an outage shorter than ${precise(recovery.resolution)} would not have been seen`;
      return row('rto-missed', 'recovery time', 'pass', expected, observed);
    }
    case 'censored':
      return row(
        'not-recovered',
        'recovery time',
        'fail',
        expected,
        `more than ${precise(recovery.beyond)}: no lasting recovery was seen`,
      );
    default: {
      const { lower, upper } = recovery;
      const observed = `${precise(lower)} to ${precise(upper)}`;
      return row('rto-missed', 'recovery time', upper <= rtoSeconds ? 'pass' : 'fail', expected, observed);
    }
  }
}

function alarmRow({ name, detection }: RunFacts['detections'][number], alarms: Experiment['expect']['alarms']): Row {
  const withinSeconds = alarms.find((one) => one.name === name)?.withinSeconds ?? 0;
  const inTime = isInTime(detection, { name, withinSeconds });
  const observed = {
    fired: () => (detection.kind === 'fired' ? `after ${precise(detection.seconds)}` : ''),
    'fired-before': () => 'it was in ALARM before the fault already',
    silent: () => 'it did not fire',
    'unknown-alarm': () => 'there is none of that name',
  }[detection.kind]();
  return row(
    'alarm-missed',
    `alarm ${name}`,
    inTime === undefined ? 'inconclusive' : inTime ? 'pass' : 'fail',
    `fires within ${formatSeconds(withinSeconds)} of the fault`,
    observed,
  );
}

function measurementsOf({ recovery, served, detections, noisy }: RunFacts): Measurement[] {
  if (recovery === undefined) {
    return [];
  }
  return [
    rtoMeasurement(recovery, served.planned, noisy),
    {
      indicator: 'availability',
      value: served.planned === 0 ? null : served.ok / served.planned,
      n: served.planned,
      unit: 'ratio',
      method: 'answered well ÷ planned, of the requests that were under way at the fault or sent after it',
    },
    {
      indicator: 'requests lost',
      value: served.lost,
      n: served.planned,
      unit: 'requests',
      method: 'planned − answered well, of the same requests',
    },
    ...detections.map(
      ({ name, detection }): Measurement => ({
        indicator: `time to detect: ${name}`,
        value: detection.kind === 'fired' ? detection.seconds : null,
        unit: 's',
        method: 'from the start of the first fault in FIS to ALARM in the history of the alarm',
      }),
    ),
  ];
}

const NOISE = '; failures that stand alone for a second are passed over, as there were such before the fault';

/** Not seen to recover, there is no value, and no upper bound: nobody may average it. */
function rtoMeasurement(recovery: Recovery, n: number, noisy: boolean): Measurement {
  const method = `from the start of the first fault in FIS to the first request answered well for good, between the last failure and that; single requests${noisy ? NOISE : ''}`;
  const common = { indicator: 'rto', n, unit: 's' } as const;
  switch (recovery.kind) {
    case 'unfelt':
      return { ...common, value: 0, lower: 0, upper: recovery.resolution, method: `${method}; no request suffered` };
    case 'censored':
      return {
        ...common,
        value: null,
        lower: recovery.beyond,
        method: `${method}; not recovered while it was watched`,
      };
    default:
      return { ...common, value: recovery.upper, lower: recovery.lower, upper: recovery.upper, method };
  }
}

function passMessage({ recovery, served }: RunFacts): string {
  const lost = `${served.lost} of ${served.planned} requests lost`;
  return recovery?.kind === 'recovered'
    ? `recovered within ${precise(recovery.upper)} of the fault; ${lost}`
    : `the fault was injected and no request suffered; ${lost}`;
}

/** Seconds to the millisecond: recovery is judged by less than a second. */
function precise(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

function sentence({ name, expected, observed }: Check): string {
  return `${name}: ${observed ?? ''}${expected === undefined ? '' : `; expected ${expected}`}`;
}

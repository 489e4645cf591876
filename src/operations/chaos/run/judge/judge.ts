/**
 * The verdict on a run. A pass needs proof: that a fault was injected, that it was felt or was expected not to be, and that what must hold
 * was measured with enough requests. Pure.
 */
import type { Check, Measurement, Reason, Verdict } from '../../../../report/evidence.ts';
import type { Recovery } from '../../../common/outage/recovery.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { type Row, row } from '../../plan/rows.ts';
import { ALREADY_RUNNING } from '../preconditions.ts';
import { ALARM_MISSED, expectationRows } from './expectations.ts';
import type { RunFacts } from './facts.ts';
import { measurementsOf } from './measurements.ts';
import { precise } from './precise.ts';

export interface JudgedRun {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** What was expected first, then what proves that it was put to the test. */
  readonly checks: readonly Check[];
  readonly measurements: readonly Measurement[];
}

export function judgeRun(experiment: Experiment, facts: RunFacts): JudgedRun {
  const proof = proofRows(experiment, facts);
  const expected = facts.recovery === undefined ? [] : expectationRows(experiment, facts, facts.recovery);
  const rows = [...proof, ...expected];
  const { verdict, reasons } = verdictOf(rows, facts);
  const failover = verdict === 'inconclusive' ? [] : [failoverMeasurement(rows, facts)];
  return {
    verdict,
    reasons,
    checks: [...expected, ...proof].map(({ check }) => check),
    measurements: [...measurementsOf(facts), ...failover],
  };
}

function verdictOf(rows: readonly Row[], facts: RunFacts): Pick<JudgedRun, 'verdict' | 'reasons'> {
  const named = (verdict: Verdict) =>
    rows
      .filter(({ check }) => check.verdict === verdict)
      .map(({ code, check }) => ({ code, message: sentence(check) }));
  const [failed, unproven] = [named('fail'), named('inconclusive')];
  const { aborted, injected } = facts;
  if (aborted !== undefined && injected.length > 0 && aborted.code !== ALREADY_RUNNING && !isOfLoad(aborted, facts)) {
    return { verdict: 'fail', reasons: [{ code: 'aborted', message: aborted.message }, ...failed, ...unproven] };
  }
  if (aborted !== undefined || unproven.length > 0) {
    return { verdict: 'inconclusive', reasons: [...(aborted === undefined ? [] : [aborted]), ...unproven, ...failed] };
  }
  return failed.length > 0
    ? { verdict: 'fail', reasons: failed }
    : { verdict: 'pass', reasons: [{ code: 'survived', message: passMessage(facts) }] };
}

/** Stopped for what the load counted, and the load cannot be believed: that says nothing of the service. */
function isOfLoad({ code }: Reason, { generatorProblems }: RunFacts): boolean {
  return generatorProblems.length > 0 && (code === 'downtime-budget' || code === 'load-below-rate');
}

/** What users would have felt decides: an alarm that came late leaves the failover as good as it was. */
function failoverMeasurement(rows: readonly Row[], { aborted }: RunFacts): Measurement {
  const missed = rows.some(({ code, check }) => check.verdict === 'fail' && code !== ALARM_MISSED);
  return {
    indicator: 'failover-success',
    value: aborted === undefined && !missed ? 1 : 0,
    n: 1,
    unit: 'ratio',
    method:
      'of this run: the fault was proven, nothing had to be aborted, and all that was expected of the service held',
  };
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
        : `${actionsText(injected)}${idleText(facts)}`,
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

function actionsText(actions: RunFacts['injected']): string {
  return actions.map(({ name, actionId, status }) => `${name} (${actionId}) ${status}`).join(', ');
}

function idleText({ idle }: RunFacts): string {
  return idle.length === 0 ? '' : `; did not begin: ${actionsText(idle)}`;
}

function passMessage(facts: RunFacts): string {
  return `${survivedText(facts)}${idleText(facts)}`;
}

function survivedText({ recovery, served, written }: RunFacts): string {
  const requests = `${served.lost} of ${served.planned} requests lost`;
  const lost =
    written?.kind === 'measured'
      ? `${requests}, and ${written.loss.lost.length} of ${written.loss.acknowledged} acknowledged writes`
      : requests;
  switch (recovery?.kind) {
    case 'recovered':
      return `recovered within ${precise(recovery.upper)} of the fault; ${lost}`;
    case 'censored':
      return `all that was expected holds, but no lasting recovery was seen, and expect.rto asks for none; ${lost}`;
    default:
      return `the fault was injected and no request suffered; ${lost}`;
  }
}

function sentence({ name, expected, observed }: Check): string {
  return `${name}: ${observed ?? ''}${expected === undefined ? '' : `; expected ${expected}`}`;
}

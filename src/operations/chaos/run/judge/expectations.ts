/** What was expected of a run, held against what was measured. Pure. */
import { formatSeconds } from '../../../../report/format.ts';
import { LEAST_HOLD_SECONDS, type Recovery, reaches } from '../../../common/outage/recovery.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { type Row, row } from '../../plan/rows.ts';
import { isInTime } from '../measure/detection.ts';
import type { Loss } from '../measure/loss.ts';
import type { RunFacts } from './facts.ts';
import { precise } from './precise.ts';

/** The code of an alarm that did not fire in time: it says nothing of the service itself. */
export const ALARM_MISSED = 'alarm-missed';

/** A row for each expectation. */
export function expectationRows({ expect }: Experiment, facts: RunFacts, recovery: Recovery): Row[] {
  const { served } = facts;
  const { rtoSeconds, rpoSeconds, availability, maximumLostRequests } = expect;
  return [
    ...(rtoSeconds === undefined ? [] : [rtoRow(recovery, rtoSeconds, facts)]),
    ...(rpoSeconds === undefined ? [] : [rpoRow(facts, recovery, rpoSeconds)]),
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
function rtoRow(recovery: Recovery, rtoSeconds: number, { hold }: Pick<RunFacts, 'hold'>): Row {
  const expected = `at most ${formatSeconds(rtoSeconds)}`;
  switch (recovery.kind) {
    case 'unfelt': {
      const observed = `no request suffered; an outage shorter than ${precise(recovery.resolution)} would not have been seen`;
      return row('rto-missed', 'recovery time', 'pass', expected, observed);
    }
    case 'censored':
      if (hold.isShort && recovery.beyond <= rtoSeconds) {
        const observed = `more than ${precise(recovery.beyond)}: whether it recovered is not known, as the load ended less than ${formatSeconds(LEAST_HOLD_SECONDS)} after the experiment; raise load.after`;
        return row('recovery-not-known', 'recovery time', 'inconclusive', expected, observed);
      }
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

/**
 * By the upper end of the interval. Where the service is not back its ledger may not be either: then the data is not shown to be there, and
 * that is a fail as the recovery is.
 */
function rpoRow({ written }: RunFacts, recovery: Recovery, rpoSeconds: number): Row {
  const expected = `at most ${formatSeconds(rpoSeconds)}`;
  const name = 'recovery point';
  if (written?.kind !== 'measured') {
    const verdict = recovery.kind === 'censored' ? 'fail' : 'inconclusive';
    const observed = `not known: the ledger cannot be read${written === undefined ? '' : `: ${written.why}`}`;
    return row('ledger-unreadable', name, verdict, expected, observed);
  }
  const { loss } = written;
  if (loss.acknowledgedBeforeFault === 0) {
    return row('no-writes', name, 'inconclusive', expected, 'no write was acknowledged before the fault');
  }
  const { upper } = loss.rpo;
  const held = upper !== undefined && upper <= rpoSeconds;
  return row('rpo-missed', name, held ? 'pass' : 'fail', expected, lossText(loss));
}

/** Ids that are named; the number says how many there are. */
const MOST_NAMED = 3;

function lossText({ lost, lostAfterFault, acknowledged, rpo, unknown }: Loss): string {
  const notKnown =
    unknown.sent === 0 ? '' : `; of ${unknown.sent} that were not acknowledged, ${unknown.there} are there`;
  if (lost.length === 0) {
    return `none of ${acknowledged} acknowledged writes is lost${notKnown}`;
  }
  const interval =
    rpo.upper === undefined ? `more than ${precise(rpo.lower)}` : `${precise(rpo.lower)} to ${precise(rpo.upper)}`;
  const named = lost.slice(0, MOST_NAMED).map(({ id }) => id);
  const which = `${named.join(', ')}${lost.length > MOST_NAMED ? ', …' : ''}`;
  const after = lostAfterFault === 0 ? '' : `, ${lostAfterFault} of them acknowledged after the fault had begun`;
  return `${interval}: ${lost.length} of ${acknowledged} acknowledged writes are lost${after} (${which})${notKnown}`;
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
    ALARM_MISSED,
    `alarm ${name}`,
    inTime === undefined ? 'inconclusive' : inTime ? 'pass' : 'fail',
    `fires within ${formatSeconds(withinSeconds)} of the fault`,
    observed,
  );
}

/** Targets against evidence: which promises are met, missed or unknown, by how much, and why. Reads nothing itself. */
import type { Platform } from '../../platform/model.ts';
import type { Evidence, Reason, Verdict } from '../../report/evidence.ts';
import { counted, formatCount } from '../../report/format.ts';
import { countStates, type Judged, type ScorecardRecord, type ScorecardRow } from '../../report/scorecard/record.ts';
import type { Clock } from '../ports.ts';
import { createRecorder } from '../recorder.ts';
import { conflictsOf } from './conflicts.ts';
import { declaredBy, unlessFacts } from './derived.ts';
import { type EvidenceFile, observationsOf } from './from-evidence.ts';
import { eachOnce, type Observation } from './observation.ts';
import { changesSince, type Previous } from './previous.ts';
import { promisesOf, rowsOf } from './rows.ts';

export interface ScorecardRequest {
  readonly platform: Platform;
  /** The platform file as it was read. */
  readonly targets: { readonly file: string; readonly sha256: string };
  readonly environment: string;
  readonly evidence: readonly EvidenceFile[];
  /** From files of facts. */
  readonly facts: readonly Observation[];
  readonly previous: Previous | undefined;
  /** What to know of how the evidence was found, as sentences. */
  readonly notes: readonly string[];
}

const VERDICTS: Readonly<Record<Judged['state'], Verdict>> = { met: 'pass', missed: 'fail', unknown: 'inconclusive' };

/** The record: it fails when a target is missed; else it is inconclusive when one is unknown, or when there is none. */
export function makeScorecard(request: ScorecardRequest, clock: Clock): Evidence {
  const { environment, platform } = request;
  const recorder = createRecorder({
    operation: 'scorecard',
    title: `Scorecard of ${platform.name} in ${environment}`,
    subject: { platform: platform.name, environment },
    rehearsalSpeed: undefined,
    tools: [],
    clock,
  });
  const now = clock.now().getTime();
  const found = [
    ...request.evidence.flatMap((file) => observationsOf(file, platform)),
    ...declaredBy(platform, environment, request.targets, now),
  ];
  const observations = eachOnce([...request.facts, ...unlessFacts(found, request.facts, environment)]);
  const promises = promisesOf(platform, environment);
  const rows = rowsOf(promises, observations, environment, now);
  const { elsewhere } = promises;
  const caveats = [
    ...request.notes,
    ...(elsewhere.length === 0
      ? []
      : [
          `${counted(elsewhere.length, 'target')} of other environments ${elsewhere.length === 1 ? 'is' : 'are'} not on this page: ${elsewhere.join(', ')}.`,
        ]),
  ];
  const scorecard: ScorecardRecord = {
    environment,
    targets: request.targets,
    rows,
    conflicts: conflictsOf(platform, environment),
    ...(request.previous === undefined ? {} : { previous: changesSince(request.previous, rows) }),
    caveats,
  };
  return recorder.finish(verdictOf(rows), reasonsOf(rows), { scorecard });
}

function verdictOf(rows: readonly ScorecardRow[]): Verdict {
  const [worst] = rows;
  return worst === undefined ? 'inconclusive' : VERDICTS[worst.production.state];
}

/** The sum, then every target that is missed. */
function reasonsOf(rows: readonly ScorecardRow[]): Reason[] {
  if (rows.length === 0) {
    return [
      { code: 'no-targets', message: 'the platform file promises nothing here: add documents of kind Target or SLO' },
    ];
  }
  const { met, missed, unknown } = countStates({ rows });
  const code = missed > 0 ? 'targets-missed' : unknown > 0 ? 'targets-unknown' : 'targets-met';
  const sum = `${formatCount(met)} met, ${formatCount(missed)} missed, ${formatCount(unknown)} unknown of ${counted(rows.length, 'target')}`;
  const misses = rows
    .filter(({ production }) => production.state === 'missed')
    .map((row) => ({
      code: 'target-missed',
      message: `${row.id}: ${row.production.reason.message}; promised: ${row.promise}`,
    }));
  return [{ code, message: sum }, ...misses];
}

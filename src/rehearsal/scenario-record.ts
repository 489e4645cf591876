/** What became of a scenario, as its record. Pure. */
import type { Recorder } from '../operations/recorder.ts';
import type { Check, Evidence, Verdict } from '../report/evidence.ts';
import type { Played } from './playing.ts';
import { INSTRUMENT_CHECKS } from './scenarios/load-checks.ts';

/** The scenario's record: its checks with what became of them, around what the operation left. */
export function recordOf({ operation, load, checks, measurements, summary }: Played, recorder: Recorder): Evidence {
  const notes = checks
    .filter((check) => check.verdict !== 'pass')
    .map((check) => ({
      code: 'expectation',
      message: `not shown: ${check.name}; expected ${check.expected}, observed ${check.observed}`,
    }));
  const reasons = notes.length > 0 ? notes : [{ code: 'as-expected', message: summary }];
  for (const check of [...checks, ...operation.checks.filter((check) => !checks.includes(check))]) {
    recorder.check(check);
  }
  const { deployment, experiment, judgement, watch, slos, burnGuard, dora } = operation;
  const evidence = recorder.finish(verdictOf(checks), reasons, {
    ...(load ? { load } : {}),
    ...(deployment ? { deployment } : {}),
    ...(experiment ? { experiment } : {}),
    ...(judgement ? { judgement } : {}),
    ...(watch ? { watch } : {}),
    ...(slos ? { slos } : {}),
    ...(burnGuard ? { burnGuard } : {}),
    ...(dora ? { dora } : {}),
  });
  return {
    ...evidence,
    events: operation.events,
    series: operation.series,
    measurements: [...operation.measurements, ...measurements, ...evidence.measurements],
  };
}

/** When an instrument failed nothing else can be believed: inconclusive. Else the worst of the checks. */
export function verdictOf(checks: readonly Check[]): Verdict {
  return checks.some(({ name, verdict }) => INSTRUMENT_CHECKS.includes(name) && verdict !== 'pass')
    ? 'inconclusive'
    : worst(checks.map((check) => check.verdict));
}

/** Fail before inconclusive before pass; of nothing, inconclusive. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) {
    return 'fail';
  }
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

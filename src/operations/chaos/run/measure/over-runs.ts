/**
 * The times to recovery of an experiment's runs, taken together. What was not seen to recover has a lower bound and no upper one, and so have
 * mean and median then: no assumption is made of how long it would have taken. So has a run that was ended early, as the fault was taken away
 * and not withstood. Pure.
 */
import type { Evidence, Measurement } from '../../../../report/evidence.ts';
import type { ExperimentRun } from '../../../../report/experiment/record.ts';
import { sampleQuantile } from '../../../../statistics/median.ts';

/**
 * The record of a run with the earlier ones of the same experiment, environment and kind: mean and median time to recovery, and a list. Only what
 * has a verdict counts: an inconclusive run has proven no fault.
 * @param earlier records of any kind, the run itself may be among them
 */
export function overRuns(record: Evidence, earlier: readonly Evidence[]): Evidence {
  const all = new Map<string, ExperimentRun>();
  for (const one of [...earlier.flatMap(allOf), record]) {
    const run = isOfSameKind(one, record) ? runOf(one) : undefined;
    if (run !== undefined) {
      all.set(run.at, run);
    }
  }
  const runs = [...all.values()].sort((a, b) => a.at.localeCompare(b.at, 'en'));
  return record.experiment === undefined || runs.length === 0
    ? record
    : {
        ...record,
        measurements: [...record.measurements, ...recoveryMeasurements(runs)],
        experiment: { ...record.experiment, runs },
      };
}

function allOf(evidence: Evidence): Evidence[] {
  return [evidence, ...evidence.parts.flatMap(allOf)];
}

function isOfSameKind(one: Evidence, record: Evidence): boolean {
  return (
    one.operation === record.operation &&
    one.experiment?.name === record.experiment?.name &&
    one.rehearsal === record.rehearsal &&
    one.subject.platform === record.subject.platform &&
    one.subject.environment === record.subject.environment &&
    one.subject.service === record.subject.service
  );
}

/** Undefined where nothing was proven, or no fault began. */
function runOf({ measurements, startedAt, verdict, reasons }: Evidence): ExperimentRun | undefined {
  const rto = measurements.find(({ indicator }) => indicator === 'rto');
  if (rto === undefined || verdict === 'inconclusive') {
    return undefined;
  }
  const lost = measurements.find(({ indicator }) => indicator === 'lost-writes')?.value;
  const endedEarly = reasons.some(({ code }) => code === 'aborted');
  return {
    at: startedAt,
    verdict,
    rto: { lower: rto.lower ?? 0, upper: rto.value === null || endedEarly ? null : (rto.upper ?? rto.value) },
    ...(endedEarly ? { endedEarly } : {}),
    ...(lost === undefined ? {} : { lostWrites: lost }),
  };
}

function recoveryMeasurements(runs: readonly ExperimentRun[]): Measurement[] {
  const lower = runs.map(({ rto }) => rto.lower);
  const upper = runs.map(({ rto }) => rto.upper ?? Number.POSITIVE_INFINITY);
  const early = runs.filter(({ endedEarly }) => endedEarly).length;
  const censored = upper.filter((seconds) => !Number.isFinite(seconds)).length - early;
  const some = (count: number, what: string) => (count === 0 ? '' : `; ${count} of ${runs.length} ${what}`);
  const method = `of all runs of this experiment here that proved a fault${some(
    censored,
    'not seen to recover, known by how long they were watched',
  )}${some(early, 'ended early: with the fault taken away, it is only known that it took longer than until the last failure')}`;
  return [
    bounded('mean time to recovery', [mean(lower), mean(upper)], runs.length, `mean ${method}`),
    bounded('median time to recovery', [median(lower), median(upper)], runs.length, `median ${method}`),
  ];
}

/** By its upper end, as a single recovery time is; without one there is no value. */
function bounded(
  indicator: string,
  [lower, upper]: readonly [lower: number, upper: number],
  n: number,
  method: string,
): Measurement {
  const common = { indicator, lower, n, unit: 's', method };
  return Number.isFinite(upper) ? { ...common, value: upper, upper } : { ...common, value: null };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return sampleQuantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Expectations on the load that scenarios share. Pure. */
import type { Check, LoadBin, LoadRecord, Verdict } from '../../report/evidence.ts';

/** Bins whose requests surely had the time to end. */
export function judgedBins(load: LoadRecord): readonly LoadBin[] {
  return load.bins.filter((bin) => bin.second < load.judgedUntilSecond);
}

/** Sums over the judged window. */
export function judgedTotals(load: LoadRecord): { planned: number; ok: number; failed: number } {
  const bins = judgedBins(load);
  const sum = (pick: (bin: LoadBin) => number) => bins.reduce((total, bin) => total + pick(bin), 0);
  return { planned: sum((bin) => bin.planned), ok: sum((bin) => bin.ok), failed: sum(failedIn) };
}

export function failedIn(bin: LoadBin): number {
  return Object.values(bin.failed).reduce((sum, count) => sum + count, 0);
}

/** planned = ok + failed + dropped + interrupted, in every second and in total. */
export function countsAddUp(load: LoadRecord): Check {
  const { planned, ok, failed, dropped, interrupted } = load.totals;
  const wrongSecond = load.bins.find((bin) => bin.planned !== bin.ok + failedIn(bin) + bin.dropped + bin.interrupted);
  const adds = planned === ok + failed + dropped + interrupted && wrongSecond === undefined;
  return {
    name: 'counts add up',
    verdict: adds && planned > 0 ? 'pass' : 'fail',
    expected: 'planned = ok + failed + dropped + interrupted, each second and in total',
    observed: `${planned} = ${ok} + ${failed} + ${dropped} + ${interrupted}${wrongSecond === undefined ? '' : `, but not in second ${wrongSecond.second}`}`,
  };
}

export const GENERATOR_CHECK = 'load generator kept its plan';
export const PLATFORM_CHECK = 'the rehearsal platform was at work';

/** Checks on what is measured with: where one does not pass, nothing else can be believed. */
export const INSTRUMENT_CHECKS: readonly string[] = [GENERATOR_CHECK, PLATFORM_CHECK];

/** The generator kept its plan; if not, nothing it measured can be believed, which is not the service's fault. */
export function generatorHealthy(load: LoadRecord): Check {
  const { problems, cpu, latenessMax } = load.generator;
  const numbers = `CPU ${cpu === null ? 'unknown' : `${Math.round(cpu * 100)} %`}, latest start ${latenessMax === null ? 'unknown' : `${(latenessMax * 1000).toFixed(0)} ms`} behind plan`;
  return {
    name: GENERATOR_CHECK,
    verdict: problems.length === 0 ? 'pass' : 'inconclusive',
    expected: 'no dropped start, no lateness, no crash of k6',
    observed: problems.length === 0 ? numbers : `${problems.map((problem) => problem.message).join('; ')} (${numbers})`,
  };
}

/** No planned request of the judged window was lost, whoever answered it. */
export function nothingLost(load: LoadRecord): Check {
  const { planned, ok } = judgedTotals(load);
  return {
    name: 'no request lost',
    verdict: judged(planned, ok === planned),
    expected: 'every planned request answered well',
    observed: `${ok} of ${planned} (${planned - ok} lost)`,
  };
}

export function judged(count: number, good: boolean): Verdict {
  return count === 0 ? 'inconclusive' : good ? 'pass' : 'fail';
}

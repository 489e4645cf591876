/** What other parts of this operation read of a load's evidence; of one with a probe beside it, of its users. */
import type { Evidence, LoadRecord } from '../../report/evidence.ts';
import { GENERATOR_CHECK } from './judge.ts';

/** The generator was the bottleneck, or nothing was measured. */
export function isStarved(evidence: Evidence): boolean {
  const record = evidence.parts[0] ?? evidence;
  return record.checks.find(({ name }) => name === GENERATOR_CHECK)?.verdict !== 'pass';
}

/** The load of a record, which must have one. */
export function loadOf(evidence: Evidence): LoadRecord {
  const load = (evidence.parts[0] ?? evidence).load;
  if (load === undefined) {
    throw new Error(`${evidence.title} has no load`);
  }
  return load;
}

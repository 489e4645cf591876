/** Expectations on a recovery that scenarios share. Pure. */
import type { Check, Evidence } from '../../../report/evidence.ts';

/** A check of a scenario's own, added to what the run left. */
export function truth(name: string, good: boolean, expected: string, observed: string): Check {
  return { name, verdict: good ? 'pass' : 'fail', expected, observed };
}

/** The run's own evidence with what the scenario saw beside it. */
export function withTruth(evidence: Evidence, checks: readonly Check[]): Evidence {
  return { ...evidence, checks: [...evidence.checks, ...checks] };
}

/** It ended well, and goes on with the run that was killed where one was. */
export function recovered({ verdict, reasons, events }: Evidence, options: { readonly resumed: boolean }): Check[] {
  const seen = reasons.map(({ message }) => message).join('; ');
  const goesOn = events.some(({ label }) => label === 'goes on');
  return [
    truth('procedure ended well', verdict === 'pass', 'pass', `${verdict}: ${seen}`),
    ...(options.resumed
      ? [truth('it went on with the run that was killed', goesOn, 'it did', goesOn ? 'it did' : 'it began anew')]
      : []),
  ];
}

/** Those that the scenario itself added, by their names; one that is missing fails. */
export function truths({ checks }: Evidence, names: readonly string[]): Check[] {
  return names.map(
    (name) => checks.find((check) => check.name === name) ?? truth(name, false, 'it was looked up', 'it was not'),
  );
}

/** Seconds until what was restored was verified, for sentences. */
export function rtoOf({ measurements }: Evidence): string {
  const rto = measurements.find(({ indicator }) => indicator === 'rto')?.value;
  return rto === undefined ? 'an unknown number of' : `${rto}`;
}

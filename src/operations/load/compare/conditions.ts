/** Under what conditions loads ran, and whether two of them may be compared. Pure. */
import type { Evidence, LoadRecord } from '../../../report/evidence.ts';

/** What a load was: by name, as text. `not known` where the evidence does not say. */
export type Conditions = ReadonlyMap<string, string>;

/** What makes another load of it: to compare across it would say nothing. */
const REFUSED = ['profile', 'shape', 'time-out', 'script', 'kind', 'speed'];
const UNKNOWN = 'not known';

export interface Difference {
  readonly name: string;
  readonly baseline: string;
  readonly candidate: string;
}

/** Of what a load is, before or after it ran. */
export interface Circumstances {
  readonly load: Pick<LoadRecord, 'name' | 'url' | 'rate' | 'shape' | 'timeoutSeconds' | 'script'>;
  readonly cores: number | undefined;
  readonly rehearsal: boolean;
  readonly speed: number;
  readonly subject: Evidence['subject'];
  readonly tools: Evidence['tools'];
}

export function conditionsOf({ load, cores, rehearsal, speed, subject, tools }: Circumstances): Conditions {
  const k6 = tools.find(({ name }) => name === 'k6')?.version;
  return new Map([
    ['profile', load.name],
    ['shape', shapeText(load)],
    ['time-out', `${load.timeoutSeconds} s`],
    ['script', load.script ?? 'none'],
    ['kind', rehearsal ? 'rehearsal' : 'real'],
    ['speed', `×${speed}`],
    ['k6', k6 ?? UNKNOWN],
    ['cores of the generator', cores === undefined ? UNKNOWN : String(cores)],
    ['environment', subject.environment ?? UNKNOWN],
    ['service', subject.service ?? UNKNOWN],
    ['address', load.url],
  ]);
}

/** What differs, with what is not known of either. */
export function differencesOf(baseline: Conditions, candidate: Conditions): Difference[] {
  return [...candidate].flatMap(([name, now]) => {
    const before = baseline.get(name) ?? UNKNOWN;
    return before === now && now !== UNKNOWN ? [] : [{ name, baseline: before, candidate: now }];
  });
}

/** Those that forbid to compare. */
export function forbidding(differences: readonly Difference[]): Difference[] {
  return differences.filter(({ name }) => REFUSED.includes(name));
}

export function differenceText({ name, baseline, candidate }: Difference): string {
  return `${name} is ${candidate}, was ${baseline}`;
}

function shapeText({ shape, rate }: Circumstances['load']): string {
  return shape === undefined
    ? `${rate} requests/s`
    : [String(shape.startRate), ...shape.stages.map((stage) => `${stage.rate} in ${stage.seconds} s`)].join(' → ');
}

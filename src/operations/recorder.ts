/** Collects what an operation saw and decided, while it happens, and makes the evidence of it. */
import type { Check, Evidence, EvidenceEvent, Measurement, Reason, Verdict } from '../report/evidence.ts';
import { EVIDENCE_VERSION } from '../report/words.ts';
import type { Clock } from './ports.ts';

export interface RecorderOptions {
  readonly operation: string;
  readonly title: string;
  readonly subject: Evidence['subject'];
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  readonly tools: readonly { name: string; version: string }[];
  readonly clock: Clock;
  /** Why the operation was asked for; kept as its first event. */
  readonly reason?: string | undefined;
}

export interface Recorder {
  event(kind: EvidenceEvent['kind'], label: string, detail?: string): void;
  check(check: Check): void;
  measure(measurement: Measurement): void;
  /** Adds a point to the series of that name, stamped now unless `at` is given. */
  point(series: { name: string; unit: string; source: string }, value: number | null, at?: Date): void;
  finish(
    verdict: Verdict,
    reasons: readonly Reason[],
    rest?: Partial<
      Pick<
        Evidence,
        | 'deployment'
        | 'experiment'
        | 'watch'
        | 'judgement'
        | 'load'
        | 'slos'
        | 'burnGuard'
        | 'dora'
        | 'scorecard'
        | 'nights'
        | 'parts'
      >
    >,
  ): Evidence;
}

/** A recorder that starts now. */
export function createRecorder(options: RecorderOptions): Recorder {
  const startedAt = options.clock.now();
  const events: EvidenceEvent[] = [];
  if (options.reason !== undefined && options.reason.trim() !== '') {
    events.push({ at: startedAt.toISOString(), kind: 'note', label: 'asked for', detail: options.reason });
  }
  const checks: Check[] = [];
  const measurements: Measurement[] = [];
  const series = new Map<string, Evidence['series'][number]>();
  return {
    event(kind, label, detail) {
      events.push({ at: options.clock.now().toISOString(), kind, label, ...(detail === undefined ? {} : { detail }) });
    },
    check: (check) => {
      checks.push(check);
    },
    measure: (measurement) => {
      measurements.push(measurement);
    },
    point(description, value, at = options.clock.now()) {
      const known = series.get(description.name) ?? { ...description, points: [] };
      known.points.push([at.toISOString(), value]);
      series.set(description.name, known);
    },
    finish: (verdict, reasons, rest = {}) => ({
      version: EVIDENCE_VERSION,
      operation: options.operation,
      title: options.title,
      subject: options.subject,
      rehearsal: options.rehearsalSpeed !== undefined,
      speed: options.rehearsalSpeed ?? 1,
      startedAt: startedAt.toISOString(),
      finishedAt: options.clock.now().toISOString(),
      verdict,
      reasons: [...reasons],
      measurements,
      events,
      checks,
      series: [...series.values()],
      parts: [],
      tools: [...options.tools],
      ...rest,
    }),
  };
}

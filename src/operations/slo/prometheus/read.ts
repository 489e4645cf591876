/** An SLO whose events Prometheus counts. */
import type { PrometheusObjective } from '../../../platform/model/objectives.ts';
import type { SloRecord } from '../../../report/slo/record.ts';
import { assessSlo, unknownSlo } from '../../common/slo/assess.ts';
import type { CountsByPeriod } from '../../common/slo/read-counts.ts';
import { type Span, type Windows, windowsOf } from '../../common/slo/windows.ts';
import type { Clock } from '../../ports.ts';
import { countsOf, firstSample, type Grid, growthOf, lastSample } from './counters.ts';
import { type Prometheus, type PrometheusSpan, type Series, Unreadable } from './port.ts';

/** Prometheus takes no more in one query ("exceeded maximum resolution of 11,000 points per timeseries"). */
const MOST_STEPS = 11_000;
/** What was counted last must not be older than this. */
const STALE_SECONDS = 3600;

/** The record; what cannot be read in full makes it unknown, with the reason. `onCounts` gets what was counted. */
export async function readPrometheusSlo(
  objective: PrometheusObjective,
  prometheus: Prometheus | undefined,
  clock: Clock,
  onCounts: (counts: CountsByPeriod, windows: Windows) => void = () => undefined,
): Promise<SloRecord> {
  if (prometheus === undefined) {
    const message = 'Prometheus counts its events, and nothing says where that is: name it with --prometheus URL';
    return unknownSlo(objective, { code: 'no-prometheus', message });
  }
  const windows = windowsOf(objective.windowDays, clock.now().getTime(), undefined);
  try {
    const counts = await readCounts(objective, windows, prometheus);
    onCounts(counts, windows);
    return assessSlo(objective, counts, { windows, source: { counted: 'prometheus' }, rehearsalSpeed: undefined });
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      throw error;
    }
    return unknownSlo(objective, { code: error.code, message: error.message });
  }
}

async function readCounts(
  { part, total }: PrometheusObjective,
  windows: Windows,
  prometheus: Prometheus,
): Promise<CountsByPeriod> {
  const [all, some] = await Promise.all([total, part.query].map((query) => rangeOf(query, windows, prometheus)));
  if (all === undefined || some === undefined || all.length === 0) {
    throw new Unreadable('no-data', `Prometheus has no series of ${total} since ${iso(windows.from)}`);
  }
  if (some.length === 0) {
    const hint = part.of === 'bad' ? '; where none may be there yet, add `or vector(0)` to the query' : '';
    throw new Unreadable(
      'no-data',
      `Prometheus has no series of ${part.query}, so that none and a wrong name look alike${hint}`,
    );
  }
  const last = lastSample(all) ?? 0;
  if (last < windows.until - STALE_SECONDS) {
    throw new Unreadable('stale', `the last sample that Prometheus has of ${total} is of ${iso(last)}`);
  }
  const since = firstSample([...all, ...some]) ?? windows.from;
  const grid = gridOf(windows);
  const counts = countsOf(growthOf(all, since, grid), growthOf(some, since, grid), part.of);
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/** Every piece of the window, put together again by the labels of the series. */
async function rangeOf(query: string, { spans }: Windows, prometheus: Prometheus): Promise<Series[]> {
  const parts = await Promise.all(spans.flatMap(piecesOf).map((piece) => prometheus.range(query, piece)));
  const joined = new Map<string, { labels: Series['labels']; points: [number, number][] }>();
  for (const { labels, points } of parts.flat()) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = joined.get(key) ?? { labels, points: [] };
    joined.set(key, known);
    const last = known.points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    // The end of one span is the beginning of the next.
    known.points.push(...points.filter(([at]) => at > last).map(([at, value]): [number, number] => [at, value]));
  }
  return [...joined.values()];
}

/** Spans of no more steps than Prometheus takes; the end of one is the beginning of the next. */
function piecesOf({ start, end, periodSeconds }: Span): PrometheusSpan[] {
  const length = (MOST_STEPS - 1) * periodSeconds;
  return Array.from({ length: Math.max(1, Math.ceil((end - start) / length)) }, (_, index) => ({
    start: start + index * length,
    end: Math.min(end, start + (index + 1) * length),
    stepSeconds: periodSeconds,
  }));
}

function gridOf({ spans, until }: Windows): Grid {
  const [first, second] = spans;
  const coarse = first?.periodSeconds ?? 60;
  return { coarse, fine: second?.periodSeconds ?? coarse, finerFrom: second?.start ?? until };
}

function iso(second: number): string {
  return new Date(second * 1000).toISOString();
}

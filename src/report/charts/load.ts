/** The charts of a load record: outcomes, latency, and which revision answered, all by the second in which requests started. */
import type { DeploymentRecord, LoadRecord } from '../evidence.ts';
import { type Counts, countLoad, lostOf } from '../facts.ts';
import { formatCount, formatSeconds, formatTick } from '../format.ts';
import { neededFor, spanOf, type Window, windowQuantile, windowsOf, windowWidth } from '../load/windows.ts';
import { shortName } from '../text.ts';
import type { AreaLayer, ChartModel, LineLayer } from './model.ts';
import { latencyScale, linearScale } from './scale.ts';

/** As many windows as a chart has room for. */
export const MOST_WINDOWS = 240;
/** More kinds of error are shown as one. */
export const MOST_KINDS = 4;
const MOST_REVISIONS = 4;
const OTHER = 'other';

/** Requests per second by outcome, stacked, below the line of what was planned. Undefined when the load has no bins. */
export function outcomeChart(load: LoadRecord): ChartModel | undefined {
  const width = windowWidth(spanOf(load), MOST_WINDOWS);
  const windows = windowsOf(load, width);
  if (windows.length === 0) {
    return undefined;
  }
  const counts = countLoad(load);
  const kinds = foldRest(counts.failedByKind, MOST_KINDS);
  const stack: { className: string; label: string; total: number; of: (window: Window) => number }[] = [
    { className: 'ok', label: 'ok', total: counts.ok, of: (window) => window.ok },
    ...kinds.map(({ name, total, members }, index) => ({
      className: `failed${index}`,
      label: `failed: ${name}`,
      total,
      of: (window: Window) => sumOf(window.failed, members),
    })),
    { className: 'dropped', label: 'dropped', total: counts.dropped, of: (window) => window.dropped },
    { className: 'interrupted', label: 'interrupted', total: counts.interrupted, of: (window) => window.interrupted },
  ];
  return {
    title: 'Requests by outcome',
    subtitle: `Each request counts in the second in which it was to start.${widthNote(width)}`,
    description: `${describeCounts(counts)} ${worstOf(windows)}`,
    unit: 'requests per second',
    scale: linearScale(windows.map((window) => window.planned / (window.to - window.from))),
    formatTick,
    layers: [
      ...stackAreas(windows, stack),
      { ...plannedLine(windows), label: 'planned', amount: formatCount(counts.planned) },
    ],
    hover: windows.map((window) => ({ from: window.from, to: window.to, text: describeWindow(window) })),
    judgedUntil: load.judgedUntilSecond,
  };
}

const QUANTILES = [
  { p: 0.5, name: 'p50', className: 'line0' },
  { p: 0.95, name: 'p95', className: 'line1' },
  { p: 0.99, name: 'p99', className: 'line2' },
];

/** Latency quantiles over time. A window with too few requests for a quantile leaves a gap. Undefined when no latency was counted. */
export function latencyChart(load: LoadRecord): ChartModel | undefined {
  const span = spanOf(load);
  // Wide enough for a p99 in every window (100 requests, and some to lose), but never fewer than about 12 windows.
  const width = Math.min(windowWidth(span, MOST_WINDOWS, 120 / load.rate), Math.max(1, windowWidth(span, 12)));
  const windows = windowsOf(load, width);
  const layers = QUANTILES.map(
    ({ p, name, className }): LineLayer => ({
      kind: 'line',
      join: 'points',
      className,
      label: name,
      endLabel: name,
      points: windows.map((window) => ({ at: (window.from + window.to) / 2, value: windowQuantile(window, p) })),
    }),
  );
  const values = layers.flatMap((layer) => layer.points.flatMap((point) => point.value ?? []));
  if (values.length === 0) {
    return undefined;
  }
  const scale = latencyScale(values);
  const needed = `p95 needs ${neededFor(0.95)} requests in a window, p99 ${neededFor(0.99)}; with fewer the line has a gap.`;
  return {
    title: 'Latency',
    subtitle: `Quantiles in windows of ${formatSeconds(width)}, by start; buckets are exact to ±1 %. ${needed}${scale.log ? ' Logarithmic axis.' : ''}`,
    description: layers.map(describeLine).join(' '),
    unit: scale.log ? 'seconds, logarithmic' : 'seconds',
    scale,
    formatTick,
    layers: layers.map((layer) =>
      layer.points.some((point) => point.value !== null) ? layer : { ...layer, amount: 'too few requests' },
    ),
    hover: windows.map((window) => ({ from: window.from, to: window.to, text: describeLatency(window) })),
    judgedUntil: load.judgedUntilSecond,
  };
}

/** Requests that ended well, by the revision that answered: shows how traffic moved. Undefined when no answer named its revision. */
export function revisionChart(load: LoadRecord, deployment: DeploymentRecord | undefined): ChartModel | undefined {
  const width = windowWidth(spanOf(load), MOST_WINDOWS);
  const windows = windowsOf(load, width);
  const totals = new Map<string, number>();
  for (const [revision, count] of windows.flatMap((window) => [...window.byRevision])) {
    totals.set(revision, (totals.get(revision) ?? 0) + count);
  }
  if (totals.size === 0) {
    return undefined;
  }
  // The baseline lies at the bottom, so that the candidate is seen to grow on it.
  const order = [...totals].sort((a, b) => rankOf(a[0], deployment) - rankOf(b[0], deployment) || b[1] - a[1]);
  const revisions = foldRest(order, MOST_REVISIONS);
  const looks = revisionLooks(
    revisions.map(({ name }) => name),
    deployment,
  );
  const stack = revisions.map(({ name, total, members }, index) => ({
    className: looks[index] ?? '',
    label: revisionLabel(name, deployment),
    total,
    of: (window: Window) => sumOf(window.byRevision, members),
  }));
  return {
    title: 'Who answered',
    subtitle: `Requests that ended ok and named their revision, by start.${widthNote(width)}`,
    description: stack.map(({ label, total }) => `${label}: ${formatCount(total)}.`).join(' '),
    unit: 'requests per second',
    scale: linearScale(windows.map((window) => window.planned / (window.to - window.from))),
    formatTick,
    layers: stackAreas(windows, stack),
    hover: stackHover(windows, stack),
    judgedUntil: load.judgedUntilSecond,
  };
}

function rankOf(revision: string, deployment: DeploymentRecord | undefined): number {
  const role = roleOf(revision, deployment);
  return role === 'baseline' ? 0 : role === 'candidate' ? 1 : 2;
}

type Role = 'baseline' | 'candidate';

/** A service names its revision as it likes: by the service revision or, where the two differ in it, by the task definition. */
function roleOf(revision: string, deployment: DeploymentRecord | undefined): Role | undefined {
  const { baseline, candidate } = deployment ?? {};
  const same = (known: string | undefined): boolean => known !== undefined && shortName(known) === shortName(revision);
  if (same(baseline?.revision)) {
    return 'baseline';
  }
  if (same(candidate?.revision)) {
    return 'candidate';
  }
  if (baseline?.taskDefinition === candidate?.taskDefinition) {
    return undefined;
  }
  return same(baseline?.taskDefinition) ? 'baseline' : same(candidate?.taskDefinition) ? 'candidate' : undefined;
}

const ROLE_LOOKS: Readonly<Record<Role, string>> = { baseline: 'revision0', candidate: 'revision1' };

/** The candidate has the accent colour and the baseline the quiet one, whichever of them answered; others have what is left. */
function revisionLooks(names: readonly string[], deployment: DeploymentRecord | undefined): string[] {
  const roles = names.map((name) => roleOf(name, deployment));
  const taken = new Set(roles.flatMap((role) => (role === undefined ? [] : [ROLE_LOOKS[role]])));
  const free = names.map((_, index) => `revision${index}`).filter((look) => !taken.has(look));
  return roles.map((role) => (role === undefined ? (free.shift() ?? '') : ROLE_LOOKS[role]));
}

function revisionLabel(revision: string, deployment: DeploymentRecord | undefined): string {
  const role = roleOf(revision, deployment);
  return role === undefined ? shortName(revision) : `${role} ${shortName(revision)}`;
}

/** The first entries of a list by name, and the rest as one, so that a stack stays readable. */
export function foldRest(
  entries: readonly (readonly [string, number])[],
  most: number,
): { name: string; total: number; members: readonly string[] }[] {
  const shown = entries.length > most ? entries.slice(0, most - 1) : entries;
  const rest = entries.slice(shown.length);
  const folded = shown.map(([name, total]) => ({ name, total, members: [name] }));
  return rest.length === 0
    ? folded
    : [
        ...folded,
        {
          name: `${rest.length} ${OTHER}`,
          total: rest.reduce((total, [, count]) => total + count, 0),
          members: rest.map(([name]) => name),
        },
      ];
}

/** What is counted apart within each window. */
type Stack = readonly {
  readonly className: string;
  readonly label: string;
  readonly total: number;
  readonly of: (window: Window) => number;
}[];

/** The counts of each window, in words. */
export function stackHover(windows: readonly Window[], stack: Stack): ChartModel['hover'] {
  return windows.map((window) => ({
    from: window.from,
    to: window.to,
    text: `${timeOf(window)}\n${stack.map(({ label, of }) => `${label}: ${formatCount(of(window))}`).join('\n')}`,
  }));
}

/** Areas one upon the other, per second; those without any are left out. */
export function stackAreas(windows: readonly Window[], stack: Stack): AreaLayer[] {
  const heights = windows.map(() => 0);
  return stack
    .filter(({ total }) => total > 0)
    .map(({ className, label, total, of }) => ({
      kind: 'area',
      className,
      label,
      amount: formatCount(total),
      pieces: windows.map((window, index) => {
        const low = heights[index] ?? 0;
        const high = low + of(window) / (window.to - window.from);
        heights[index] = high;
        return { from: window.from, to: window.to, low, high };
      }),
    }));
}

/** Planned requests per second. */
export function plannedLine(windows: readonly Window[]): Omit<LineLayer, 'label'> {
  const points = windows.map((window) => ({ at: window.from, value: window.planned / (window.to - window.from) }));
  const last = windows.at(-1);
  return {
    kind: 'line',
    join: 'steps',
    className: 'planned',
    points: last === undefined ? points : [...points, { at: last.to, value: points.at(-1)?.value ?? null }],
  };
}

/** The counts of some kinds together. */
export function sumOf(counts: ReadonlyMap<string, number>, members: readonly string[]): number {
  return members.reduce((total, member) => total + (counts.get(member) ?? 0), 0);
}

/** What a chart says of windows longer than a second. */
export function widthNote(width: number): string {
  return width === 1 ? '' : ` Means over windows of ${formatSeconds(width)}.`;
}

/** A window in words. */
export function timeOf(window: Pick<Window, 'from' | 'to'>): string {
  return window.to - window.from === 1 ? `second ${window.from}` : `seconds ${window.from} to ${window.to}`;
}

function describeCounts(counts: Counts): string {
  return `${formatCount(counts.planned)} requests planned: ${formatCount(counts.ok)} ok, ${formatCount(counts.failed)} failed, ${formatCount(counts.dropped)} dropped, ${formatCount(counts.interrupted)} interrupted.`;
}

function lostIn(window: Window): number {
  return lostOf({ ...window, failedByKind: [], failed: sumOf(window.failed, [...window.failed.keys()]) });
}

function worstOf(windows: readonly Window[]): string {
  const worst = windows.reduce<Window | undefined>(
    (found, window) => (found === undefined || lostIn(window) > lostIn(found) ? window : found),
    undefined,
  );
  return worst === undefined || lostIn(worst) === 0
    ? 'No request was lost.'
    : `Most were lost in ${timeOf(worst)}: ${formatCount(lostIn(worst))} of ${formatCount(worst.planned)}.`;
}

function describeWindow(window: Window): string {
  const parts = [
    `${formatCount(window.planned)} planned`,
    `${formatCount(window.ok)} ok`,
    ...[...window.failed].map(([kind, count]) => `${formatCount(count)} failed: ${kind}`),
    ...(window.dropped > 0 ? [`${formatCount(window.dropped)} dropped`] : []),
    ...(window.interrupted > 0 ? [`${formatCount(window.interrupted)} interrupted`] : []),
  ];
  return `${timeOf(window)}\n${parts.join('\n')}`;
}

function describeLatency(window: Window): string {
  const values = QUANTILES.map(({ p, name }) => {
    const value = windowQuantile(window, p);
    return `${name} ${value === null ? 'too few' : formatSeconds(value)}`;
  });
  return `${timeOf(window)}\n${values.join('\n')}`;
}

function describeLine(layer: LineLayer): string {
  const values = layer.points.flatMap((point) => point.value ?? []);
  return values.length === 0
    ? `${layer.label}: too few requests.`
    : `${layer.label}: from ${formatSeconds(values.reduce((low, value) => Math.min(low, value)))} to ${formatSeconds(values.reduce((high, value) => Math.max(high, value)))}.`;
}

/** Charts of what a load did to a service besides its outcomes: the rate it kept, the errors by kind, and how many requests were under way. */
import type { LoadRecord } from '../evidence.ts';
import { countLoad } from '../facts.ts';
import { formatCount, formatNumber, formatTick } from '../format.ts';
import { spanOf, type Window, windowsOf, windowWidth } from '../load/windows.ts';
import {
  foldRest,
  MOST_KINDS,
  MOST_WINDOWS,
  plannedLine,
  stackAreas,
  stackHover,
  sumOf,
  timeOf,
  widthNote,
} from './load.ts';
import type { ChartModel, LineLayer } from './model.ts';
import { linearScale } from './scale.ts';

/** The planned rate, the rate of requests that were sent, and that of good answers as they came. Undefined where ends were not counted. */
export function achievedChart(load: LoadRecord): ChartModel | undefined {
  const windows = countedWindows(load);
  if (windows === undefined) {
    return undefined;
  }
  const perSecond = (window: Window, count: number): number => count / (window.to - window.from);
  const sent = (window: Window): number => perSecond(window, window.planned - window.dropped);
  const answered = (window: Window): number => perSecond(window, window.answered);
  return {
    title: 'Rate, planned and achieved',
    subtitle: `Sent: by planned start. Answered well: by the second in which the answer came; what the service gets done.${widthNote(widthOf(load))}`,
    description: `${describe('Sent', windows.map(sent))} ${describe('Answered well', windows.map(answered))}`,
    unit: 'requests per second',
    scale: linearScale(windows.flatMap((window) => [perSecond(window, window.planned), answered(window)])),
    formatTick,
    layers: [
      { ...plannedLine(windows), label: 'planned' },
      lineOf(windows, 'line0', 'sent', sent),
      lineOf(windows, 'line1', 'answered well', answered),
    ],
    hover: windows.map((window) => ({
      from: window.from,
      to: window.to,
      text: `${timeOf(window)}\n${formatNumber(perSecond(window, window.planned))} planned\n${formatNumber(sent(window))} sent\n${formatNumber(answered(window))} answered well`,
    })),
    judgedUntil: load.judgedUntilSecond,
  };
}

/** Failed requests per second by kind, on a scale of their own: beside the good ones, few are hard to see. Undefined without any. */
export function errorsChart(load: LoadRecord): ChartModel | undefined {
  const { failed, failedByKind } = countLoad(load);
  if (failed === 0) {
    return undefined;
  }
  const windows = windowsOf(load, widthOf(load));
  const kinds = foldRest(failedByKind, MOST_KINDS);
  const stack = kinds.map(({ name, total, members }, index) => ({
    className: `failed${index}`,
    label: name,
    total,
    of: (window: Window) => sumOf(window.failed, members),
  }));
  const all = windows.map((window) => sumOf(window.failed, [...window.failed.keys()]) / (window.to - window.from));
  return {
    title: 'Errors by kind',
    subtitle: `By planned start.${widthNote(widthOf(load))}`,
    description: stack.map(({ label, total }) => `${label}: ${formatCount(total)}.`).join(' '),
    unit: 'failed requests per second',
    scale: linearScale(all),
    formatTick,
    layers: stackAreas(windows, stack),
    hover: stackHover(windows, stack),
    judgedUntil: load.judgedUntilSecond,
  };
}

/** How many requests had been sent and not ended, at the end of each window. Undefined where ends were not counted. */
export function inFlightChart(load: LoadRecord): ChartModel | undefined {
  const windows = countedWindows(load);
  if (windows === undefined) {
    return undefined;
  }
  let open = 0;
  const values = windows.map((window) => {
    open += window.planned - window.dropped - window.ended;
    // A request counts in the second of its planned start; a late one may end in a second before it began to count.
    return { at: window.to, value: Math.max(0, open), window };
  });
  return {
    title: 'In flight',
    subtitle: `Requests that were sent and had not ended: arrival rate × time in the service (Little).${widthNote(widthOf(load))}`,
    description: describe(
      'In flight',
      values.map(({ value }) => value),
    ),
    unit: 'requests',
    scale: linearScale(values.map(({ value }) => value)),
    formatTick,
    layers: [
      {
        kind: 'line',
        join: 'points',
        className: 'line0',
        label: 'in flight',
        points: values.map(({ at, value }) => ({ at, value })),
      },
    ],
    hover: values.map(({ window, value }) => ({
      from: window.from,
      to: window.to,
      text: `${timeOf(window)}\n${formatCount(value)} in flight at its end`,
    })),
    judgedUntil: load.judgedUntilSecond,
  };
}

function widthOf(load: LoadRecord): number {
  return windowWidth(spanOf(load), MOST_WINDOWS);
}

/** The windows; undefined where nothing ended, or older records did not count it. */
function countedWindows(load: LoadRecord): Window[] | undefined {
  const windows = windowsOf(load, widthOf(load));
  return windows.some(({ ended }) => ended > 0) ? windows : undefined;
}

/** In steps, as the planned rate is drawn: a mean of a window lies over all of it. */
function lineOf(
  windows: readonly Window[],
  className: string,
  label: string,
  of: (window: Window) => number,
): LineLayer {
  const points = windows.map((window) => ({ at: window.from, value: of(window) }));
  const last = windows.at(-1);
  const end = last === undefined ? [] : [{ at: last.to, value: of(last) }];
  return { kind: 'line', join: 'steps', className, label, points: [...points, ...end] };
}

function describe(name: string, values: readonly number[]): string {
  const low = values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
  const high = values.reduce((most, value) => Math.max(most, value), values[0] ?? 0);
  return `${name}: from ${formatNumber(low)} to ${formatNumber(high)}.`;
}

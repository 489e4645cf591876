/** The load of a record: the account of every planned request, the generator's own state, the numbers behind the charts. */
import type { LoadRecord } from '../evidence.ts';
import { type Counts, countLoad } from '../facts.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, type MarkupValue, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { table } from '../html/table.ts';
import { spanOf, windowQuantile, windowsOf, windowWidth } from './windows.ts';

/** The section. The sum is computed from the bins, row by row, and shown beside what was planned. */
export function loadSection(load: LoadRecord, place: Place): Markup {
  return markup`<section>${headline(place.level, 'Every request accounted for')}
<p>${load.name}: ${rateOf(load)} to <code>${load.url}</code>, time-out ${formatSeconds(load.timeoutSeconds)}.</p>
${accounting(load)}${generator(load)}${windowsTable(load)}</section>`;
}

/** What was planned, in words. */
function rateOf({ rate, shape }: LoadRecord): string {
  if (shape === undefined) {
    return `${rate} requests/s`;
  }
  const shown = shape.stages
    .slice(0, MOST_STAGES)
    .map((stage) => `to ${stage.rate} within ${formatSeconds(stage.seconds)}`);
  const rest = shape.stages.length - shown.length;
  return `from ${shape.startRate} requests/s ${shown.join(', ')}${rest > 0 ? `, and ${rest} more stages` : ''}; at most ${rate} requests/s`;
}

const MOST_STAGES = 8;

function accounting(load: LoadRecord): Markup {
  const all = countLoad(load);
  const judged = countLoad(load, load.judgedUntilSecond);
  const judgedKinds = new Map(judged.failedByKind);
  const row = (label: MarkupValue, count: number, ofJudged: number): MarkupValue[] => [
    label,
    formatCount(count),
    shareOf(count, all),
    formatCount(ofJudged),
    shareOf(ofJudged, judged),
  ];
  const total = (counts: Counts): number =>
    counts.ok + counts.failedByKind.reduce((sum, [, count]) => sum + count, 0) + counts.dropped + counts.interrupted;
  return markup`${table({
    caption: `planned = ok + failed + dropped + interrupted. Judged: what began before second ${load.judgedUntilSecond}, early enough to end.`,
    narrow: 'fit',
    columns: [
      { label: 'Outcome' },
      { label: 'Whole run', kind: 'number' },
      { label: 'Share', kind: 'number' },
      { label: 'Judged', kind: 'number' },
      { label: 'Share', kind: 'number', wideOnly: true },
    ],
    rows: [
      row('ok', all.ok, judged.ok),
      ...all.failedByKind.map(([kind, count]) => row(`failed: ${kind}`, count, judgedKinds.get(kind) ?? 0)),
      ...(all.failed === 0 ? [row('failed', 0, 0)] : []),
      row(markup`dropped<small>never sent: no virtual user was free</small>`, all.dropped, judged.dropped),
      row(markup`interrupted<small>no answer yet when the load ended</small>`, all.interrupted, judged.interrupted),
      row(markup`<b>Sum</b>`, total(all), total(judged)),
    ],
    total: [
      'Planned',
      formatCount(all.planned),
      sumSign(total(all) === all.planned),
      formatCount(judged.planned),
      sumSign(total(judged) === judged.planned),
    ],
  })}`;
}

function sumSign(adds: boolean): string {
  return adds ? '✓ adds up' : '✗ does not add up';
}

function shareOf(count: number, counts: Counts): string {
  return counts.planned === 0 ? '–' : formatRatio(count / counts.planned);
}

function generator({ generator: { cpu, latenessMax, exit, problems } }: LoadRecord): Markup {
  const facts = [
    `CPU ${cpu === null ? 'not known' : `${formatRatio(cpu)} of all cores`}`,
    `latest start ${latenessMax === null ? 'not known' : `${formatSeconds(latenessMax)} after its moment`}`,
    `ended: ${exit}`,
  ];
  return markup`<p class="quiet">Load generator: ${facts.join(' · ')}</p>${
    problems.length > 0 &&
    markup`<ul class="problems">${problems.map((problem) => markup`<li>${problem.message} <code>${problem.code}</code></li>`)}</ul>`
  }`;
}

const MOST_ROWS = 240;

function windowsTable(load: LoadRecord): Markup | undefined {
  const width = windowWidth(spanOf(load), MOST_ROWS);
  const windows = windowsOf(load, width);
  if (windows.length === 0) {
    return undefined;
  }
  const latency = (value: number | null): string => (value === null ? '–' : formatSeconds(value));
  return markup`<details><summary>Numbers by ${width === 1 ? 'second' : `windows of ${formatSeconds(width)}`}</summary>${table(
    {
      caption: 'By the second in which requests started. The histograms behind the quantiles are in the evidence.',
      narrow: 'scroll',
      columns: ['Second', 'Planned', 'Ok', 'Failed', 'Dropped', 'Interrupted', 'p50', 'p95'].map((label) => ({
        label,
        kind: 'number',
      })),
      rows: windows.map((window) => [
        window.from,
        formatCount(window.planned),
        formatCount(window.ok),
        formatCount([...window.failed.values()].reduce((sum, count) => sum + count, 0)),
        formatCount(window.dropped),
        formatCount(window.interrupted),
        latency(windowQuantile(window, 0.5)),
        latency(windowQuantile(window, 0.95)),
      ]),
    },
  )}</details>`;
}

/** DORA's measures, and the events that they were counted from. */
import { counted, formatCount, formatSeconds, formatTime } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { breakable, table } from '../html/table.ts';
import { keepUnits } from '../text.ts';
import type { DoraRecord } from './record.ts';
import {
  AND_BEYOND,
  DEPLOYMENT_HEADS,
  deploymentCells,
  doraIntroduction,
  doraNotes,
  METRIC_HEADS,
  metricCells,
} from './words.ts';

const MOST_ROWS = 500;

/** The section. */
export function doraSection(dora: DoraRecord, place: Place): Markup {
  return markup`<section>${headline(place.level, 'Software delivery')}
<p>${doraIntroduction(dora)}</p>
${table({
  caption: "DORA's five measures of software delivery",
  hideCaption: true,
  narrow: 'stack',
  columns: METRIC_HEADS.map((label) => (label === 'Value' || label === 'Of' ? { label, kind: 'number' } : { label })),
  rows: dora.metrics.map((metric) => {
    const [name, values = '', bounds = '', of, method] = metricCells(metric);
    const [value = '', slow] = values.split(AND_BEYOND);
    return [
      name,
      markup`<b>${keepUnits(value)}</b>${slow !== undefined && markup`<small>${keepUnits(slow)}</small>`}`,
      keepUnits(bounds),
      of,
      method,
    ];
  }),
})}
${listOf(doraNotes(dora))}${deploymentsTable(dora)}${changesTable(dora)}${incidentsTable(dora)}</section>`;
}

function listOf(notes: readonly string[]): Markup | false {
  return notes.length > 0 && markup`<ul class="quiet">${notes.map((note) => markup`<li>${breakable(note)}</li>`)}</ul>`;
}

function deploymentsTable({ deployments }: DoraRecord): Markup | false {
  return folded(
    'deployment',
    deployments,
    DEPLOYMENT_HEADS.map((label) => (label === 'Changes' ? { label, kind: 'number' } : { label })),
    (deployment) => {
      const [id = '', ...rest] = deploymentCells(deployment);
      return [linked(id, deployment.url), ...rest];
    },
  );
}

function changesTable({ changes }: DoraRecord): Markup | false {
  return folded(
    'change',
    changes,
    [
      { label: 'Change' },
      { label: 'Begun' },
      { label: 'Commits', kind: 'number' },
      { label: 'Deployment' },
      { label: 'Lead time', kind: 'number' },
    ],
    ({ id, startedAt, commits, deployment, leadSeconds }) => [
      breakable(id),
      formatTime(startedAt),
      formatCount(commits),
      breakable(deployment),
      formatSeconds(leadSeconds),
    ],
  );
}

function incidentsTable({ incidents }: DoraRecord): Markup | false {
  return folded(
    'incident',
    incidents,
    [{ label: 'Incident' }, { label: 'Opened' }, { label: 'Closed' }, { label: 'Put down to' }],
    ({ id, openedAt, closedAt, deployment, linkedBy, url }) => [
      linked(id, url),
      formatTime(openedAt),
      closedAt === null ? 'open' : formatTime(closedAt),
      deployment === undefined
        ? 'no deployment'
        : `${deployment}, ${linkedBy === 'named' ? 'which it names' : 'the last before it'}`,
    ],
  );
}

/** The latest first. */
function folded<Item>(
  noun: string,
  items: readonly Item[],
  columns: Parameters<typeof table>[0]['columns'],
  row: (item: Item) => Parameters<typeof table>[0]['rows'][number],
): Markup | false {
  const shown = items.slice(-MOST_ROWS).reverse();
  const rest = items.length - shown.length;
  return (
    items.length > 0 &&
    markup`<details><summary>${counted(items.length, noun)}</summary>${table({
      caption:
        rest > 0
          ? `The latest ${formatCount(MOST_ROWS)}; ${formatCount(rest)} more in the evidence`
          : `All, the latest first`,
      narrow: 'scroll',
      columns,
      rows: shown.map(row),
    })}</details>`
  );
}

/** Only what is sure to be a page. */
function linked(text: string, url: string | undefined): Markup {
  return url !== undefined && /^https:\/\//.test(url) ? markup`<a href="${url}">${text}</a>` : breakable(text);
}

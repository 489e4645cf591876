/** What an experiment is to do, on the page: its timing, what it hits, what it costs, what it needs. */
import { COMPACT, WIDE } from '../charts/draw.ts';
import { drawTiming, timingLegend } from '../charts/timing.ts';
import { counted, formatCount } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { breakable, table } from '../html/table.ts';
import { verdictChip } from '../html/verdict.ts';
import type { ExperimentRecord, ExperimentTarget } from './record.ts';
import { costText, countText, runCells, SOURCES, spanRows, zonesText } from './words.ts';

const MOST_RESOURCES = 100;

export function experimentSection(record: ExperimentRecord, place: Place): Markup {
  return markup`<section>${headline(place.level, 'The experiment')}
${record.hypothesis && markup`<p>${record.hypothesis}</p>`}<p class="quiet">${record.name}, from <code>${record.file}</code></p>
${runs(record, place)}${timing(record, place)}${targets(record, place)}${cost(record)}${changes(record, place)}${policies(record)}</section>`;
}

function runs({ runs: list = [] }: ExperimentRecord, place: Place): Markup | undefined {
  if (list.length === 0) {
    return undefined;
  }
  return markup`${headline(place.level + 1, 'Its runs')}${table({
    caption: 'Runs that have a verdict, in this environment; the newest first',
    narrow: 'stack',
    columns: [
      { label: 'Began' },
      { label: 'Verdict' },
      { label: 'Recovered after' },
      { label: 'Lost writes', kind: 'number' },
    ],
    rows: list.toReversed().map((run) => {
      const [at, recovery, lost] = runCells(run);
      return [at, verdictChip(run.verdict), recovery, lost];
    }),
  })}`;
}

function timing(record: ExperimentRecord, place: Place): Markup | undefined {
  const id = `${place.id}-timing`;
  const wide = drawTiming(record, WIDE, `${id}-wide`);
  if (wide === undefined) {
    return undefined;
  }
  const items = timingLegend(record).map(
    ({ className, label }) =>
      markup`<li><svg class="swatch" viewBox="0 0 20 14" aria-hidden="true"><rect class="area ${className}" x="1" y="1" width="18" height="12"/></svg>${label}</li>`,
  );
  return markup`<figure><figcaption>${headline(place.level + 1, 'Timing')}<p class="quiet">Seconds count from the start of the experiment. A dashed end is assumed: AWS gives no length, or only the longest.</p></figcaption>
<ul class="legend">${items}</ul>${wide}${drawTiming(record, COMPACT, `${id}-compact`)}</figure>${table({
    caption: 'What happens when',
    hideCaption: true,
    narrow: 'fit',
    columns: [
      { label: 'What' },
      { label: 'Action', kind: 'code' },
      { label: 'From', kind: 'number' },
      { label: 'To', kind: 'number' },
    ],
    rows: spanRows(record),
  })}`;
}

function targets(record: ExperimentRecord, place: Place): Markup | undefined {
  if (record.targets.length === 0) {
    return undefined;
  }
  const by = record.dryRun === undefined ? 'Not resolved by FIS' : `Resolved by FIS in the dry run ${record.dryRun}`;
  return markup`${headline(place.level + 1, 'Blast radius')}${table({
    caption: `${by}. A sample (COUNT, PERCENT) may be another one next time.`,
    narrow: 'stack',
    columns: [
      { label: 'Target' },
      { label: 'Type', kind: 'code' },
      { label: 'Selection' },
      { label: 'Hits', kind: 'number' },
      { label: 'Zones' },
      { label: 'Known from' },
    ],
    rows: record.targets.map((target) => [
      target.name,
      breakable(target.resourceType),
      target.selectionMode,
      countText(target),
      zonesText(target),
      SOURCES[target.source],
    ]),
  })}${record.targets.map(resources)}`;
}

function resources({ name, resources: list }: ExperimentTarget): Markup | undefined {
  if (list.length === 0) {
    return undefined;
  }
  const rest = list.length - MOST_RESOURCES;
  const items = list.slice(0, MOST_RESOURCES).map((one) => markup`<li><code>${breakable(one)}</code></li>`);
  const more = rest > 0 && markup`<li>and ${formatCount(rest)} more, in the evidence</li>`;
  return markup`<details><summary>${name}: ${counted(list.length, 'resource')}</summary><ul>${items}${more}</ul></details>`;
}

function cost(record: ExperimentRecord): Markup {
  return markup`<p><b>${costText(record)}</b></p>`;
}

function changes({ template }: ExperimentRecord, place: Place): Markup | undefined {
  if (template === undefined) {
    return undefined;
  }
  const title = headline(place.level + 1, 'Against the template in the account');
  return template.changes.length === 0
    ? markup`${title}<p>${template.id} is as the file says.</p>`
    : markup`${title}${table({
        caption: `${template.id}: ${counted(template.changes.length, 'difference')}`,
        narrow: 'stack',
        columns: [{ label: 'Path', kind: 'code' }, { label: 'In the account' }, { label: 'In the file' }],
        rows: template.changes.map(({ path, before, after }) => [
          breakable(path),
          before === null ? 'not there' : markup`<del>${before}</del>`,
          after === null ? 'not there' : markup`<ins>${after}</ins>`,
        ]),
      })}`;
}

function policies(record: ExperimentRecord): Markup[] {
  return record.policies.map(
    ({ title, json }) => markup`<details><summary>${title}</summary><pre><code>${json}</code></pre></details>`,
  );
}

/** A plan as text for a terminal: timing, blast radius, cost, differences; the rows of checks come from the evidence itself. */
import type { ExperimentRecord, ExperimentSpan } from '../../../report/experiment/record.ts';
import { costText, countText, SOURCES, zonesText } from '../../../report/experiment/words.ts';
import { counted, formatSeconds } from '../../../report/format.ts';
import { clip, oneLine } from '../../../report/text.ts';

const BAR = 44;
const NAME = 26;
/** One sign for each kind, so that the diagram reads without colour. */
const SIGNS: Readonly<Record<ExperimentSpan['kind'], string>> = {
  load: '▒',
  baseline: '░',
  fault: '█',
  wait: '·',
  observation: '░',
};

export function renderChaosPlan(record: ExperimentRecord): string {
  return [
    ...(record.hypothesis === undefined ? [] : [oneLine(record.hypothesis), '']),
    'Timing (from the start of the experiment):',
    ...timingLines(record.spans),
    '',
    record.dryRun === undefined
      ? 'Would hit (not resolved by FIS):'
      : `Would hit (resolved by FIS in ${record.dryRun}):`,
    ...radiusLines(record),
    '',
    costText(record),
    ...changeLines(record),
  ].join('\n');
}

/** The diagram as lines of text: a bar for each span on one scale. */
export function timingLines(spans: readonly ExperimentSpan[]): string[] {
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  const scale = to > from ? BAR / (to - from) : 0;
  return spans.map((span) => {
    const begin = Math.min(BAR - 1, Math.round((span.from - from) * scale));
    const length = Math.max(1, Math.min(BAR, Math.round((span.to - from) * scale)) - begin);
    const bar = `${' '.repeat(begin)}${SIGNS[span.kind].repeat(length)}`.padEnd(BAR);
    const about = span.exact ? '' : 'about ';
    return `  ${clip(oneLine(span.name), NAME).padEnd(NAME)} ${bar}  ${formatSeconds(span.from)} to ${about}${formatSeconds(span.to)}`;
  });
}

function radiusLines({ targets }: ExperimentRecord): string[] {
  return targets.map((target) => {
    const zones = zonesText(target);
    const where = zones === '–' ? '' : ` (${zones})`;
    return `  ${oneLine(target.name)}: ${countText(target)} ${target.resourceType}${where}, ${target.selectionMode}; from ${SOURCES[target.source]}`;
  });
}

function changeLines({ template }: ExperimentRecord): string[] {
  if (template === undefined) {
    return [];
  }
  if (template.changes.length === 0) {
    return ['', `The template ${template.id} in the account is as the file says.`];
  }
  return [
    '',
    `The template ${template.id} in the account differs in ${counted(template.changes.length, 'place')}:`,
    ...template.changes.flatMap(({ path, before, after }) => [
      `  ${path}`,
      `    - ${before ?? '(not there)'}`,
      `    + ${after ?? '(not there)'}`,
    ]),
  ];
}

/** One issue for the nights of an environment: opened when one does not pass, kept up to date, closed when one passes again. */
import type { Outcome } from '../../entry/outcome.ts';
import type { Evidence } from '../../report/evidence.ts';
import { VERDICTS } from '../../report/facts.ts';
import { COMMENT_BYTES, renderMarkdown } from '../../report/markdown.ts';
import { escapeMarkdown } from '../../report/markdown-escape.ts';
import type { Issues, IssueText } from './issues.ts';

/** Made by GitHub when it is first given to an issue. */
export const NIGHTLY_LABEL = 'surefoot-nightly';

/** The run that the night is of. */
export interface NightRun {
  /** Of this attempt. */
  readonly id: string;
  readonly url: string;
}

export type Told = 'opened' | 'updated' | 'closed' | 'nothing';

export interface ToldIssue {
  readonly what: Told;
  readonly number: number | undefined;
}

/** Told once for each run, however often it is called. Of a record without nights, and of a cancelled one, nothing is told. */
export async function tellNight(
  { record, cancelled }: Pick<Outcome, 'record' | 'cancelled'>,
  run: NightRun,
  issues: Issues,
  redact: (text: string) => string,
): Promise<ToldIssue> {
  if (record?.nights === undefined || cancelled) {
    return { what: 'nothing', number: undefined };
  }
  const found = await issues.find(NIGHTLY_LABEL, markerOf(record));
  if (record.verdict === 'pass') {
    return found === undefined ? { what: 'nothing', number: undefined } : recovered(found.number, record, run, issues);
  }
  const text = textOf(record, run, redact);
  if (found === undefined) {
    return { what: 'opened', number: await issues.open(text, NIGHTLY_LABEL) };
  }
  const { number, body } = found;
  if (body.includes(runMarkerOf(run))) {
    return { what: 'nothing', number };
  }
  await issues.update(number, text);
  await issues.comment(number, redact(`${lineOf(record)} — ${linkTo(run)}`));
  return { what: 'updated', number };
}

async function recovered(number: number, record: Evidence, run: NightRun, issues: Issues): Promise<ToldIssue> {
  await issues.comment(
    number,
    `${lineOf(record)} — ${linkTo(run)}. The issue is closed; the next night that does not pass opens another.`,
  );
  await issues.close(number);
  return { what: 'closed', number };
}

/** Nobody sees it, and it tells the issues of environments apart. Rehearsals have their own. */
function markerOf({ subject, rehearsal }: Evidence): string {
  const { platform = '', environment = '' } = subject;
  return `<!-- surefoot:nightly ${platform}/${environment}${rehearsal ? ' rehearsal' : ''} -->`;
}

function runMarkerOf({ id }: NightRun): string {
  return `<!-- surefoot:run ${id} -->`;
}

/** The verdict first, then the way to the run, then everything else. */
function textOf(record: Evidence, run: NightRun, redact: (text: string) => string): IssueText {
  const [head = '', ...rest] = renderMarkdown(record, { maxBytes: COMMENT_BYTES }).trimEnd().split('\n\n');
  const { word } = VERDICTS[record.verdict];
  const inRehearsal = record.rehearsal ? ' (rehearsal)' : '';
  const link = `${linkTo(run)}: its artifacts hold the evidence and a report for each experiment.`;
  const body = [head, link, ...rest, `${markerOf(record)}${runMarkerOf(run)}`].join('\n\n');
  return { title: redact(`${record.title}${inRehearsal}: ${word.toLowerCase()}`), body: redact(body) };
}

function lineOf(record: Evidence): string {
  const { sign, word } = VERDICTS[record.verdict];
  return `${sign} **${word}**: ${escapeMarkdown(record.reasons[0]?.message ?? '', 300)}`;
}

function linkTo({ url }: NightRun): string {
  return `[the run](${url})`;
}

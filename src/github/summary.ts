/** The job summary: verdict first, never above GitHub's limit, which would drop it whole. */
import { appendFile, stat } from 'node:fs/promises';
import type { Problem } from '../platform/problems.ts';
import { VERDICTS } from '../report/facts.ts';
import { LEAST_BYTES, renderMarkdown } from '../report/markdown.ts';
import { codeMarkdown, escapeMarkdown, tableMarkdown } from '../report/markdown-escape.ts';
import { printable } from '../report/text.ts';
import type { Ended } from './outputs.ts';

/** 1 MiB a step: a larger file is refused whole (actions/runner, CreateStepSummaryCommand). */
export const MOST_BYTES = 1024 * 1024;

/** Items of a list before it is cut short. */
const MOST_ROWS = 100;

export interface SummaryInput extends Ended {
  /** `deploy`, or `ecs-manage pause`. */
  readonly title: string;
  /** What was shown to people; of what left no evidence. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Markdown that stands below it where there is room. */
  readonly below?: string | undefined;
}

/** Appends to the step's summary file what fits there. Without a file (an old server, a laptop) nothing is done. */
export async function writeSummary(file: string | undefined, input: SummaryInput, redact: (text: string) => string) {
  if (file === undefined || file === '') {
    return;
  }
  const taken = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const room = MOST_BYTES - taken - 2;
  if (room >= LEAST_BYTES) {
    const shown = redact(renderSummary(input, room));
    const below = input.below === undefined ? '' : `\n\n${redact(input.below)}`;
    await appendFile(file, `${shown}${Buffer.byteLength(shown + below) < room ? below : ''}\n`);
  }
}

/** The summary in at most `maxBytes` of UTF-8, of which there must be `LEAST_BYTES`. */
export function renderSummary(input: SummaryInput, maxBytes: number): string {
  return input.record === undefined
    ? withoutRecord(input, maxBytes)
    : renderMarkdown(input.record, {
        maxBytes,
        ...(input.evidence === undefined ? {} : { evidenceFile: input.evidence }),
      });
}

function withoutRecord({ title, verdict, reasons, problems, text }: SummaryInput, maxBytes: number): string {
  const { word, sign } = verdict === null ? { word: 'Error', sign: '⛔' } : VERDICTS[verdict];
  const head = `## ${sign} ${word}: ${escapeMarkdown(title, 100)}`;
  const list = reasons
    .slice(0, MOST_ROWS)
    .map((one) => `- ${escapeMarkdown(one.message, 200)} ${codeMarkdown(one.code, 80)}`);
  const rows = problems
    .slice(0, MOST_ROWS)
    .map((one) => [
      codeMarkdown(`${one.file}:${one.line}:${one.column}`, 200),
      escapeMarkdown(one.message, 500),
      codeMarkdown(one.hint, 500),
    ]);
  const table = rows.length === 0 ? [] : [tableMarkdown(['Where', 'What', 'Write'], rows)];
  const parts = [head, list.slice(0, 3).join('\n')];
  for (const part of [list.slice(3).join('\n'), ...table]) {
    if (part !== '' && Buffer.byteLength([...parts, part].join('\n\n')) <= maxBytes) {
      parts.push(part);
    }
  }
  const room = maxBytes - Buffer.byteLength(parts.join('\n\n')) - 2;
  const shown = text === '' ? undefined : preformatted(text, room);
  return [...parts, ...(shown === undefined ? [] : [shown])].filter((part) => part !== '').join('\n\n');
}

/** Text in a fixed width that Markdown and HTML leave alone, cut to `maxBytes`; undefined when that is too little to be of use. */
function preformatted(text: string, maxBytes: number): string | undefined {
  const [before, after, cut] = ['<pre>', '</pre>', '\n… cut to fit; the log has all of it'];
  // A summary that someone prints to a log is read for commands there.
  const escaped = printable(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:(?=:)/g, '&#58;')
    .replace(/##(?=\[)/g, '##&#8203;');
  const room = maxBytes - before.length - after.length;
  if (Buffer.byteLength(escaped) <= room) {
    return `${before}${escaped}${after}`;
  }
  const kept = room - Buffer.byteLength(cut);
  if (kept < 100) {
    return undefined;
  }
  // A character or an entity that was cut in two goes.
  const part = Buffer.from(escaped)
    .subarray(0, kept)
    .toString('utf8')
    .replace(/(\ufffd|&[#a-z0-9]{0,5})$/, '');
  return `${before}${part}${cut}${after}`;
}

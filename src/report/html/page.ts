/** The whole report as one HTML file: no script, no network, nothing beside it needed. */
import type { Evidence } from '../evidence.ts';
import { rehearsalNote, VERDICTS } from '../facts.ts';
import { formatSeconds, formatTime, secondsBetween } from '../format.ts';
import { clip, oneLine } from '../text.ts';
import { patterns } from './figure.ts';
import { type Markup, markup, trusted } from './markup.ts';
import { reasonsList, recordSections } from './record.ts';
import { STYLE } from './style.ts';
import { table } from './table.ts';
import { verdictIcon } from './verdict.ts';

/** The evidence file that the page stands beside. */
export interface EvidenceFile {
  readonly name: string;
  readonly sha256: string;
  /** The file's text, embedded in the page unless it is larger than `EMBED_BYTES`. */
  readonly json: string;
}

/** Above this size the page only links its evidence: browsers and artifact viewers struggle with larger pages. */
export const EMBED_BYTES = 4_000_000;

/** Renders the page. Every value is escaped, and the page's own policy forbids scripts and all loading. */
export function renderHtml(evidence: Evidence, file: EvidenceFile): string {
  const verdict = VERDICTS[evidence.verdict];
  const note = rehearsalNote(evidence);
  const title = clip(oneLine(evidence.title), 120);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="surefoot">
<title>${verdict.word}: ${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${patterns()}
<main>
<header class="top">
<p class="brand">surefoot <span>${evidence.operation}</span></p>
<h1><span class="verdict ${evidence.verdict}">${verdictIcon(evidence.verdict)}${verdict.word}</span><span class="title">${evidence.title}</span></h1>
${reasonsList(evidence.reasons)}
${note && markup`<p class="rehearsal">${note}</p>`}
${subject(evidence)}
</header>
${recordSections(evidence, { id: 'r', level: 2 })}
${footer(evidence, file)}
</main>
${embedded(file)}
</body>
</html>
`.text;
}

function subject(evidence: Evidence): Markup {
  const rows: [string, string | undefined][] = [
    ['Platform', evidence.subject.platform],
    ['Environment', evidence.subject.environment],
    ['Service', evidence.subject.service],
    ['Revision', evidence.subject.revision],
    ['Began', formatTime(evidence.startedAt)],
    ['Took', formatSeconds(secondsBetween(evidence.startedAt, evidence.finishedAt))],
  ];
  const known = rows.filter(([, value]) => value !== undefined);
  return markup`<dl class="subject">${known.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function footer(evidence: Evidence, file: EvidenceFile): Markup {
  const tools =
    evidence.tools.length > 0 &&
    table({
      caption: 'Tools',
      narrow: 'scroll',
      columns: [{ label: 'Tool' }, { label: 'Version', kind: 'code' }],
      rows: evidence.tools.map((tool) => [tool.name, tool.version]),
    });
  const where = isSmall(file)
    ? 'The same record is embedded in this page, in the element with the id “evidence”.'
    : 'It is too large to be embedded in this page.';
  return markup`<footer><h2>Evidence</h2>
<p>Everything above was computed from <a href="${file.name}" download>${file.name}</a> (${evidence.version}). ${where}</p>
<p class="quiet">SHA-256 <code>${file.sha256}</code></p>${tools}</footer>`;
}

function isSmall(file: EvidenceFile): boolean {
  return file.json.length <= EMBED_BYTES;
}

function embedded(file: EvidenceFile): Markup | undefined {
  if (!isSmall(file)) {
    return undefined;
  }
  // Inside a script element only `<` can end it or open a comment; as a JSON escape it means the same.
  const json = file.json.replace(/</g, '\\u003c');
  return trusted(`<script type="application/json" id="evidence">${json}</script>`);
}

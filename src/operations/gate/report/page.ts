/** The audit report as one HTML page: verdict, targets, findings, waivers, coverage, and how the numbers went. No script, nothing loaded. */
import { VERDICTS } from '../../../report/facts.ts';
import { formatTime } from '../../../report/format.ts';
import { type Markup, markup, trusted } from '../../../report/html/markup.ts';
import { reasonsList } from '../../../report/html/record.ts';
import { STYLE } from '../../../report/html/style.ts';
import { breakable, table } from '../../../report/html/table.ts';
import { verdictChip, verdictIcon } from '../../../report/html/verdict.ts';
import { SEVERITIES } from '../findings/finding.ts';
import { placeOf } from '../findings/listed.ts';
import { filesParsed } from '../scan/proof.ts';
import { targetText } from '../targets.ts';
import type { Audit, TrendPoint } from './audit.ts';
import { splitSentence, whatOf } from './summary.ts';

/** Rows of findings before the page says that the audit file has the rest. */
const MOST_ROWS = 2000;

/** Renders the page; every value is escaped. `file`: the audit that it stands beside. */
export function renderAuditPage(audit: Audit, file: { readonly name: string; readonly sha256: string }): string {
  const { judgement, input } = audit;
  const verdict = VERDICTS[judgement.verdict];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict.word}: security gate of ${audit.subject}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header class="top">
<p class="brand">surefoot <span>gate</span></p>
<h1><span class="verdict ${judgement.verdict}">${verdictIcon(judgement.verdict)}${verdict.word}</span><span class="title">Security gate of ${audit.subject}</span></h1>
${reasonsList(judgement.reasons)}
<p class="quiet">${formatTime(input.now)}. ${splitSentence(audit)}.</p>
</header>
${targetsSection(audit)}${trendSection(audit.trend)}${findingsSection(audit, file.name)}${waiversSection(audit)}${coverageSection(audit)}
<footer><h2>Evidence</h2>
<p>Everything above was computed from <a href="${file.name}" download>${file.name}</a> (${audit.version}, tables of rules ${audit.rules}).</p>
<p class="quiet">SHA-256 <code>${file.sha256}</code></p></footer>
</main>
</body>
</html>
`.text;
}

function targetsSection({ judgement }: Audit): Markup {
  const verdicts = { met: 'pass', missed: 'fail', unknown: 'inconclusive' } as const;
  return markup`<section><h2>Targets</h2>${table({
    caption: 'Targets',
    hideCaption: true,
    narrow: 'stack',
    columns: [
      { label: 'Target' },
      { label: 'State' },
      { label: 'Should be' },
      { label: 'Is' },
      { label: 'Counted as', wideOnly: true },
    ],
    rows: judgement.targets.map(({ target, state, measured }) => [
      breakable(target.name),
      verdictChip(verdicts[state]),
      targetText(target),
      measured.shown,
      measured.method,
    ]),
  })}${judgement.notes.length > 0 && markup`<ul>${judgement.notes.map(({ message }) => markup`<li>${message}</li>`)}</ul>`}</section>`;
}

function trendSection(trend: readonly TrendPoint[]): Markup | false {
  return (
    trend.length > 1 &&
    markup`<section><h2>Over time</h2>${trendChart(trend)}${table({
      caption: 'Findings without waived ones, run by run',
      narrow: 'scroll',
      columns: [
        { label: 'Run' },
        { label: 'Verdict' },
        ...SEVERITIES.map((severity) => ({ label: severity, kind: 'number' as const })),
        { label: 'secrets', kind: 'number' },
        { label: 'waived', kind: 'number' },
      ],
      rows: [...trend]
        .reverse()
        .map((point) => [
          formatTime(point.at),
          verdictChip(point.verdict),
          ...SEVERITIES.map((severity) => point.counts[severity]),
          point.secrets,
          point.waived,
        ]),
    })}</section>`
  );
}

const CHART = { width: 880, height: 160, left: 40, right: 10, top: 10, bottom: 20 } as const;

/** High and critical findings over time as a stepped line; the table below has the numbers. */
function trendChart(trend: readonly TrendPoint[]): Markup {
  const { width, height, left, right, top, bottom } = CHART;
  const times = trend.map(({ at }) => Date.parse(at));
  const values = trend.map(({ counts }) => counts.critical + counts.high);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(1, ...values);
  const x = (time: number) => Math.round(left + ((time - from) / (to - from || 1)) * (width - left - right));
  const y = (value: number) => Math.round(height - bottom - (value / most) * (height - top - bottom));
  const path = values
    .map((value, index) => (index === 0 ? `M${x(times[0] ?? 0)} ${y(value)}` : `H${x(times[index] ?? 0)}V${y(value)}`))
    .join('');
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="High and critical findings over time, from ${values[0]} to ${values.at(-1)}">
<path d="M${left} ${y(0)}H${width - right}" stroke="var(--rule)" fill="none"/><path d="${path}" stroke="var(--lost)" stroke-width="2" fill="none"/>
<text x="${left - 6}" y="${y(0) + 4}" text-anchor="end" font-size="12" fill="var(--quiet)">0</text><text x="${left - 6}" y="${y(most) + 4}" text-anchor="end" font-size="12" fill="var(--quiet)">${most}</text>
<text x="${left}" y="${height - 4}" font-size="12" fill="var(--quiet)">high and critical, ${trend[0]?.at.slice(0, 10)} to ${trend.at(-1)?.at.slice(0, 10)}</text></svg>`;
}

function findingsSection({ input, judgement }: Audit, file: string): Markup {
  const waived = new Set(judgement.waived);
  const { findings } = input.head;
  const rest = findings.length - MOST_ROWS;
  const states = findings.map((finding) =>
    [
      ...(waived.has(finding.id) ? ['waived'] : []),
      ...(judgement.changes?.[finding.id] === undefined ? [] : [judgement.changes[finding.id]]),
      ...(finding.suppressions.length > 0 ? ['hidden by a comment'] : []),
    ].join(', '),
  );
  // Compared with nothing and nothing waived: a column without a word in it would only take room.
  const stateful = states.some((state) => state !== '');
  const body =
    findings.length === 0
      ? markup`<p>None.</p>`
      : table({
          caption: 'Findings, worst first',
          hideCaption: true,
          narrow: 'stack',
          columns: [
            { label: 'Severity' },
            { label: 'Rule', kind: 'code' },
            { label: 'Where' },
            { label: 'What' },
            ...(stateful ? [{ label: 'State' }] : []),
          ],
          rows: findings
            .slice(0, MOST_ROWS)
            .map((finding, index) => [
              finding.severity,
              breakable([finding.rule, ...finding.names.filter((name) => name !== finding.rule)].join(', ')),
              breakable(placeOf(finding)),
              breakable(whatOf(finding)),
              ...(stateful ? [states[index]] : []),
            ]),
        });
  return markup`<section><h2>Findings</h2>${body}${rest > 0 && markup`<p>${rest} more are in ${file}.</p>`}</section>`;
}

function waiversSection({ judgement }: Audit): Markup | false {
  return (
    judgement.waivers.length > 0 &&
    markup`<section><h2>Waivers</h2>${table({
      caption: 'Waivers',
      hideCaption: true,
      narrow: 'stack',
      columns: [
        { label: 'Rule', kind: 'code' },
        { label: 'Owner' },
        { label: 'Until' },
        { label: 'Why' },
        { label: 'Covers', kind: 'number' },
        { label: 'State' },
      ],
      rows: judgement.waivers.map(({ waiver, state, findings }) => [
        waiver.id,
        waiver.owner,
        waiver.expiredAt,
        waiver.statement,
        findings.length,
        findings.length === 0 ? 'unused' : state === 'ends-soon' ? 'ends soon' : state,
      ]),
    })}</section>`
  );
}

function coverageSection({ input }: Audit): Markup {
  const trees = input.base === undefined ? [input.head] : [input.head, input.base];
  const rows = trees.flatMap((tree) => {
    const scanners = [...new Set(tree.coverage.files.map(({ scanner }) => scanner))].sort();
    return scanners.map((scanner) => {
      const files = tree.coverage.files.filter((one) => one.scanner === scanner);
      const { parsed } = filesParsed({ coverage: { ...tree.coverage, files } });
      const checks = tree.checks.filter((one) => one.scanner === scanner);
      const crashed = tree.coverage.crashes.filter((one) => one.scanner === scanner).length;
      return [
        `${tree.name}, ${scanner}`,
        files.length,
        parsed,
        sum(checks.map(({ passed }) => passed)),
        sum(checks.map(({ failed }) => failed)),
        crashed,
      ];
    });
  });
  const unread = trees.flatMap(({ name, coverage }) =>
    coverage.files.filter(({ state }) => state !== 'parsed').map((one) => ({ name, ...one })),
  );
  const runs = trees.flatMap(({ name, runs: all }) =>
    all.map((run) => [`${run.scanner} (${name})`, run.version, run.seconds.toFixed(1)]),
  );
  const { database } = input.head;
  return markup`<section><h2>Coverage</h2>${table({
    caption: 'What the scanners read',
    hideCaption: true,
    narrow: 'scroll',
    columns: [
      { label: 'Scan' },
      ...['files', 'parsed', 'checks passed', 'checks failed', 'crashed'].map((label) => ({
        label,
        kind: 'number' as const,
      })),
    ],
    rows,
  })}${unread.length > 0 && markup`<p>Not proven to be parsed:</p><ul>${unread.slice(0, 100).map((one) => markup`<li><code>${one.file}</code> (${one.name}, ${one.scanner}) ${one.detail}</li>`)}</ul>`}${table(
    {
      caption: 'Scanners',
      narrow: 'scroll',
      columns: [{ label: 'Scanner' }, { label: 'Version', kind: 'code' }, { label: 'Seconds', kind: 'number' }],
      rows: runs,
    },
  )}<p class="quiet">${database === undefined ? 'No vulnerability database was used.' : `Vulnerability database of ${formatTime(database.updatedAt)}.`}</p></section>`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** docs/troubleshooting.md has every code that speaks against something, no other, and quotes what is really printed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codesIn, sources } from './support/codes.ts';

const page = readFileSync('docs/troubleshooting.md', 'utf8');
const files = sources();

/** Codes of a good end, and of notes beside a verdict: nobody looks for what went wrong by them. */
const GOOD = new Set([
  ...[
    'deployed',
    'rolled-back',
    'repaired',
    'repair',
    'nothing-to-change',
    'error-budget-overridden',
    'within-boundary',
    'pass',
    'fail',
  ],
  ...[
    'paused',
    'resumed',
    'restarted',
    'scaled',
    'scheduled',
    'schedule-removed',
    'savings',
    'not-paused',
    'job-succeeded',
  ],
  ...['deployment-did-not-help', 'read', 'planned', 'listed', 'valid', 'environment', 'service'],
  ...[
    'capacity-found',
    'scaling-met',
    'compared',
    'counted',
    'part-counted',
    'targets-met',
    'slos-met',
    'alarms-applied',
    'measured',
  ],
  ...[
    'baseline-recorded',
    'waiver-expired',
    'waiver-unused',
    'waiver-ends-soon',
    'baseline-differs',
    'night-passed',
    'no-reason',
  ],
  ...[
    'survived',
    'stopped',
    'nothing-running',
    'estimated',
    'dry-run',
    'recovered',
    'drilled',
    'nothing-to-do',
    'replica',
    'users',
  ],
  // What dora leaves out and counts, and what the scorecard says of promises that contradict each other: hints beside a row.
  ...[
    'pre-release',
    'same-commit',
    'no-date',
    'merge-commit',
    'revert-commit',
    'undone-before',
    'written-after-deployment',
  ],
  ...[
    'released-before',
    'ended-in-failure',
    'under-way',
    'never-ran',
    'for-pull-request',
    'other-service',
    'not-an-incident',
  ],
  ...[
    'cause-not-found',
    'incident-out-of-order',
    'slower-than-promised',
    'slower-than-start',
    'one-recovery-breaks',
    'failures-break',
  ],
  ...['zone-loss-caps-utilisation'],
  // Rows of a report about a load, which are no reasons.
  ...['ok', 'failed', 'custom'],
]);

/** Made of a word and a name: `unknown-${what}` in platform/select.ts. */
const MADE = ['unknown-environment', 'unknown-service'];

const rows = page
  .split('\n')
  .filter((line) => /^\| `[a-z]/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
const codesOf = (text: string) => [...text.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)*)`/g)].map(([, code = '']) => code);
const plain = page.slice(page.indexOf('## The message itself'));
const listed = new Set([
  ...rows.flatMap(([, codes = '']) => codesOf(codes)),
  ...codesOf(plain),
  'cancelled',
  'unexpected',
]);

/** Source as it is printed: long texts are put together from parts, and what is quoted in them is not marked. */
const printed = [...files.values()]
  .join('\n')
  .replace(/['`]\s*\+\s*['`]/g, '')
  .replace(/\\?[`'"]/g, '');

describe('troubleshooting by message', () => {
  it('lists every code that speaks against something', () => {
    // Mistakes in options are refused in entry, cli and github, with what to write instead.
    const given = codesIn(files).filter(({ file }) => !/^src\/(?:entry|cli|github)\//.test(file));
    expect(given.length).toBeGreaterThan(350);
    const missing = given.filter(({ code }) => !listed.has(code) && !GOOD.has(code));
    expect(missing, 'add a row to docs/troubleshooting.md; or to GOOD here, if nobody has to do anything').toEqual([]);
  });

  it('lists no code that the source does not give', () => {
    const known = [...listed].filter((code) => !MADE.includes(code));
    expect(known.filter((code) => ![...files.values()].some((text) => text.includes(`'${code}'`)))).toEqual([]);
  });

  it('says for each what to do', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(
      rows.filter(([, , says = '', advice = '', ...rest]) => says === '' || advice === '' || rest.length !== 1),
    ).toEqual([]);
  });

  it('quotes what is printed', () => {
    const quotes = rows.flatMap(([, , says = '']) => [...says.matchAll(/`([^`]+)`/g)].map(([, quote = '']) => quote));
    const parts = quotes.flatMap((quote) => quote.split('…').map((part) => part.replace(/["']/g, '').trim()));
    const long = parts.filter((part) => part.length > 10);
    expect(long.length).toBeGreaterThan(120);
    expect(long.filter((part) => !printed.includes(part.replace(/^[:;,] ?/, '')))).toEqual([]);
  });
});

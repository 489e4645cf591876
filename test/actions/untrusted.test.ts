/** Text that others write: names, messages, documents. It must be read, never obeyed. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Annotation, spend } from '../../src/github/annotations.ts';
import { DEPLOY_INPUTS, MANAGE_INPUTS } from '../../src/github/inputs/tables.ts';
import { inert } from '../../src/github/log.ts';
import { createRedactor, secretsOf } from '../../src/github/redact.ts';
import { MOST_BYTES, renderSummary, writeSummary } from '../../src/github/summary.ts';
import type { Evidence } from '../../src/report/evidence.ts';
import { evidenceSchema } from '../../src/report/evidence.ts';
import { commandsIn } from './commands.ts';

/** What an attacker would have in an event, a name or the tail of a log. */
const HOSTILE = [
  '::set-output name=verdict::pass',
  '  ::error::not mine',
  '\u0085::stop-commands::x',
  'harmless ##[add-path]/tmp/evil',
  'a\r::add-mask::a',
  '`code` | cell | <img src=x onerror=alert(1)> <!-- @everyone #1',
  '</pre></details><script>alert(1)</script>',
  '\u001b[2J\u202etxt.exe',
  '%0A::error::decoded',
];

const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom('::', '##[', ']', '\n', '\r', ' ', '\ufeff'), fc.string()),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

const record = (message: string): Evidence =>
  evidenceSchema.parse({
    version: 'surefoot/evidence/v1',
    operation: 'deploy',
    title: message,
    subject: { service: message, revision: message },
    rehearsal: false,
    speed: 1,
    startedAt: '2026-11-21T00:00:00Z',
    finishedAt: '2026-11-21T00:01:00Z',
    verdict: 'fail',
    reasons: [{ code: 'x', message }],
    measurements: [],
    events: [{ at: '2026-11-21T00:00:01Z', kind: 'note', label: message, detail: message }],
    checks: [{ name: message, verdict: 'fail', observed: message }],
    series: [],
    tools: [],
  });

const ended = (text: string) =>
  ({ title: 'deploy', text, problems: [], verdict: 'fail', reasons: [{ code: 'x', message: text }] }) as const;

describe('the log', () => {
  it('has no command in any text, wherever it begins', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commandsIn(inert(text))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read by these tests as the runner reads it', () => {
    expect(HOSTILE.flatMap((text) => commandsIn(text)).map(({ name }) => name)).toEqual([
      'set-output',
      'error',
      'stop-commands',
      'add-path',
      'add-mask',
    ]);
  });
});

describe('the summary', () => {
  it('has no markup of others, with a record and without', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const message = text.trim() === '' ? 'x' : text;
        const without = renderSummary(ended(message), 50_000);
        const withRecord = renderSummary({ ...ended(message), record: record(message) }, 50_000);
        for (const summary of [without, withRecord]) {
          expect(summary).not.toMatch(/<(?!\/?(?:code|pre|details|summary)>)/i);
          expect(summary.split('<pre>')).toHaveLength(summary.split('</pre>').length);
          expect(commandsIn(summary)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([1024, 5000, 1_048_576])('fits %i bytes, counted as UTF-8, whatever the text', (limit) => {
    const long = '💥&<é'.repeat(700_000);
    for (const input of [ended(long), { ...ended(long), record: record(long) }]) {
      const summary = renderSummary(input, limit);
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limit);
      expect(summary).toMatch(/^## ✗ Fail/);
      expect(summary).not.toContain('\ufffd');
    }
  });

  it('leaves room for what the file has already, and is left out where there is none', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-summary-'));
    const file = path.join(folder, 'summary');
    const big = 'x'.repeat(5 * 1024 * 1024);
    await writeSummary(file, ended(big), (text) => text);
    await writeSummary(file, ended(big), (text) => text);
    await writeSummary(file, ended(big), (text) => text);
    expect((await stat(file)).size).toBeLessThanOrEqual(MOST_BYTES);
    expect((await stat(file)).size).toBeGreaterThan(MOST_BYTES / 2);
    expect(await readFile(file, 'utf8')).toMatch(/^## ✗ Fail/);
    await writeSummary(undefined, ended('x'), (text) => text);
    await rm(folder, { recursive: true });
  });
});

describe('annotations', () => {
  const annotation = (index: number, level: Annotation['level'] = 'error'): Annotation => ({
    level,
    title: 't',
    message: `m${index}`,
    rank: index,
  });

  it('are ten of a level at most: the worst nine, and how many more', () => {
    const spent = spend([...Array(25).keys()].flatMap((index) => [annotation(index), annotation(index, 'warning')]));
    for (const level of ['error', 'warning']) {
      const shown = spent.filter((one) => one.level === level).map(({ message }) => message);
      expect(shown).toEqual([
        ...[24, 23, 22, 21, 20, 19, 18, 17, 16].map((index) => `m${index}`),
        expect.stringMatching(/^16 more/),
      ]);
    }
  });

  it('are all shown where they fit, the same one once', () => {
    expect(spend([annotation(1), annotation(2), annotation(2)]).map(({ message }) => message)).toEqual(['m2', 'm1']);
  });
});

describe('secrets', () => {
  const environment = {
    'INPUT_GITHUB-TOKEN': 'opaque-token-of-any-form',
    AWS_SECRET_ACCESS_KEY: 'wJalr/XUtnFEMI"K7&MDENG+bPx',
    AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjE\nsecond-line-of-it',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    DB_PASSWORD: 'short',
    PATH: '/usr/bin:/usr/local/bin',
    INPUT_VARIABLES: 'MODE=nightly-run\nAPI_TOKEN=abcdefgh12345',
  };
  const secrets = secretsOf({ ...DEPLOY_INPUTS, ...MANAGE_INPUTS }, environment);
  const redact = createRedactor(secrets);

  it('are inputs marked secret, variables with such a name, and those handed to a task', () => {
    expect(secrets).toEqual(
      expect.arrayContaining([
        'opaque-token-of-any-form',
        'wJalr/XUtnFEMI"K7&MDENG+bPx',
        'IQoJb3JpZ2luX2VjE',
        'second-line-of-it',
        'abcdefgh12345',
      ]),
    );
    for (const ordinary of ['short', '/usr/bin:/usr/local/bin', 'nightly-run', 'AKIAIOSFODNN7EXAMPLE']) {
      expect(secrets).not.toContain(ordinary);
    }
  });

  it('are taken out in every form that they are written in', () => {
    const secret = environment.AWS_SECRET_ACCESS_KEY;
    const forms = [
      secret,
      JSON.stringify({ secret }),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      'wJalr/XUtnFEMI&quot;K7&amp;MDENG+bPx',
    ];
    for (const form of forms) {
      expect(redact(`before ${form} after`)).not.toMatch(/XUtnFEMI|WFV0bkZFTUk/);
    }
  });

  it("knows GitHub's tokens, whoever's they are", () => {
    const token = `ghs_12345_${'eyJ.hbG-ci_'.repeat(45)}`;
    expect(redact(`x ${token} y`)).toBe('x *** y');
    expect(redact(`ghp_${'a'.repeat(36)}`)).toBe('***');
    expect(redact('ghs_short')).toBe('ghs_short');
  });
});

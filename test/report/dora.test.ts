/** DORA's measures as pages and Markdown: what is unknown is said, and nothing that somebody wrote acts. */
import { describe, expect, it } from 'vitest';
import { doraMarkdown } from '../../src/report/dora/markdown.ts';
import type { DoraRecord } from '../../src/report/dora/record.ts';
import { metricCells } from '../../src/report/dora/words.ts';
import type { Evidence } from '../../src/report/evidence.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { deployed, incident, line, measured } from '../operations/dora/delivery.ts';
import { HOSTILE } from './arbitrary.ts';
import { readPage } from './well-formed.ts';

const record = measured({
  commits: line(60),
  deployments: [0, 10, 20, 30].map((commit, index) => deployed(`d${index}`, `c${commit}`, 100 + index * 50)),
  incidents: [incident('i1', 151, 153), incident('i2', 201, null)],
});

function evidenceOf(dora: DoraRecord): Evidence {
  return {
    version: 'surefoot/evidence/v1',
    operation: 'dora',
    title: 'Software delivery of octo/shop',
    subject: { environment: 'production' },
    rehearsal: false,
    speed: 1,
    startedAt: '2026-11-01T00:00:00.000Z',
    finishedAt: '2026-11-01T00:00:01.000Z',
    verdict: 'pass',
    reasons: [{ code: 'measured', message: 'measured' }],
    measurements: [
      { indicator: 'change-lead-time', value: 200_000, unit: 's', method: 'median' },
      { indicator: 'another', value: 1, unit: '', method: 'counted' },
    ],
    events: [],
    checks: [],
    dora,
    series: [],
    parts: [],
    tools: [],
  };
}

function pageOf(dora: DoraRecord): string {
  return renderHtml(evidenceOf(dora), { name: 'dora.json', sha256: '0'.repeat(64), json: '{}' });
}

describe('a measure in words', () => {
  it('long durations are days, rates their counts', () => {
    expect(metricCells(record.metrics[0] ?? ({} as never)).slice(0, 4)).toEqual([
      'Change lead time',
      expect.stringMatching(/^\d+\.\d+ days; 90 % within \d+\.\d+ days$/),
      expect.stringMatching(/days \(95 %\)$/),
      '30',
    ]);
    expect(metricCells(record.metrics[3] ?? ({} as never)).slice(0, 4)).toEqual([
      'Change fail rate',
      '50 %',
      '6.8 % to 93.2 % (95 %)',
      '2 of 4',
    ]);
  });

  it('what is unknown is the word, and why', () => {
    expect(metricCells(record.metrics[2] ?? ({} as never))).toEqual([
      'Failed deployment recovery time',
      'unknown',
      '–',
      '–',
      expect.stringMatching(/1 of 2 failed deployments has not recovered yet \(d2\).*\(not-recovered\)$/),
    ]);
  });
});

it('Markdown has the lead time once, in the table that has its unit, and other measurements below', () => {
  const markdown = renderMarkdown(evidenceOf(record), { maxBytes: 100_000 });
  expect(markdown).not.toContain('change-lead-time');
  expect(markdown.match(/\| Change lead time \|/g)).toHaveLength(1);
  expect(markdown).toContain('| another |');
});

describe('a page', () => {
  it('has the five, and every deployment, change and incident', () => {
    const page = readPage(pageOf(record));
    const summaries = page.elements.filter(({ name }) => name === 'summary').map(({ text }) => text);
    expect(summaries).toEqual(expect.arrayContaining(['4 deployments', '30 changes', '2 incidents']));
    expect(pageOf(record)).toContain('failed: incident i2; not recovered');
  });

  it.each(HOSTILE)('is whole whatever somebody wrote: %j', (text) => {
    const hostile: DoraRecord = {
      ...record,
      environment: `e${text}`,
      deployments: record.deployments.map((one) => ({ ...one, id: `d${text}`, sha: text, url: `javascript:${text}` })),
      changes: record.changes.slice(0, 1).map((one) => ({ ...one, id: `c${text}` })),
      incidents: record.incidents.map((one) => ({ ...one, id: `i${text}`, url: `https://x/${text}` })),
      caveats: [text],
      excluded: [{ code: 'x', message: text, count: 1, ids: [text] }],
    };
    const page = readPage(pageOf(hostile));
    expect(page.elements.filter(({ name }) => name === 'img')).toEqual([]);
    const scripts = page.elements.filter(({ name }) => name === 'script');
    expect(scripts.map(({ attributes }) => attributes.get('type'))).toEqual(
      readPage(pageOf(record))
        .elements.filter(({ name }) => name === 'script')
        .map(({ attributes }) => attributes.get('type')),
    );
    const links = page.elements
      .filter(({ name }) => name === 'a')
      .map(({ attributes }) => attributes.get('href') ?? '');
    expect(links.filter((href) => /^javascript:/i.test(href))).toEqual([]);
    const markdown = doraMarkdown(hostile, '### Software delivery', 300);
    expect(markdown.split('\n').filter((row) => row.startsWith('| Change lead time |'))).toHaveLength(1);
    expect(markdown).not.toMatch(/<(script|img)/i);
  });
});

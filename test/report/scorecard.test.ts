/** The scorecard on the page, in Markdown, in the terminal and as a badge, under hostile text. */
import { describe, expect, it } from 'vitest';
import { againstTarget, againstTargetText } from '../../src/report/charts/against-target.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { badgeJson, badgeOf, badgeSvg } from '../../src/report/scorecard/badge.ts';
import type { Judged } from '../../src/report/scorecard/record.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { evidence, facts, measured, platformWith, scorecard, target } from '../operations/scorecard/samples.ts';

const HOSTILE = '<img src=x onerror=alert(1)> | @everyone `x`';
const platform = platformWith(
  target(
    'failover',
    `description: '${HOSTILE}'\nindicator: failover-success\ncomparison: gte\nvalue: 90\nunit: percent`,
  ),
  target('used', 'indicator: utilisation\ncomparison: gte\nvalue: 80\nunit: percent'),
);
const record = scorecard(platform, {
  facts: facts(platform, 'indicator,from,to,value,of\nfailover-success,2026-10-05,2026-10-05,12,12\n'),
  evidence: [
    evidence('rehearse', { rehearsal: true, speed: 10, measurements: [measured('failover-success', 0.5, { n: 4 })] }),
  ],
  notes: [HOSTILE],
});
const html = renderHtml(record, { name: 'scorecard.json', sha256: '0'.repeat(64), json: '{}' });

describe('every report', () => {
  const markdown = renderMarkdown(record, { maxBytes: 100_000 });
  const terminal = renderTerminal(record, { columns: 200, colour: false });

  it.each([
    ['the page', html.replaceAll('\u00a0', ' ').replace(/<[^>]+>/g, '')],
    ['Markdown', markdown],
    ['the terminal', terminal],
  ])('%s says the fact, what it supports, the conflict, and the rehearsal apart', (_, text) => {
    expect(text).toContain('12 of 12, 100 %');
    expect(text).toContain('12 of 12 supports at least 77.9 % at 95 %; 29 without a failure would do');
    expect(text).toContain('caps the utilisation at 66.7 %');
    expect(text).toContain('2 of 4, 50 %');
    expect(text).toContain('no-evidence'.slice(0, text === terminal ? 2 : undefined));
  });

  it('tells once what the evidence says of several rows, with their names', () => {
    const { scorecard: card } = record;
    const rows = card?.rows.map((row) => ({
      ...row,
      production: { ...row.production, caveats: ['low traffic: one decides', HOSTILE] },
    }));
    const told = { ...record, ...(card && rows && { scorecard: { ...card, rows } }) };
    const page = renderHtml(told, { name: 'scorecard.json', sha256: '0'.repeat(64), json: '{}' });
    for (const text of [
      page,
      renderMarkdown(told, { maxBytes: 100_000 }),
      renderTerminal(told, { columns: 200, colour: false }),
    ]) {
      expect(text.replaceAll('\u00a0', ' ').split('used, failover: low traffic: one decides')).toHaveLength(2);
    }
    expect(page).not.toContain('<img');
  });

  it('puts a conflict of targets before the targets', () => {
    expect(html.indexOf('Targets in conflict')).toBeLessThan(html.indexOf('>Targets<'));
    expect(markdown.indexOf('Targets in conflict')).toBeLessThan(markdown.indexOf('### Targets\n'));
    expect(markdown).toContain('### Targets in conflict');
  });

  it('lets no text act', () => {
    expect(html).not.toContain('<img');
    expect(markdown).not.toContain('<img');
    expect(markdown).not.toContain('@everyone');
    expect(html).not.toMatch(/<script(?! type="application\/json")/);
  });

  it('puts what is unknown before what is met', () => {
    expect(html.indexOf('>used<')).toBeLessThan(html.indexOf('>failover<'));
    expect(html).toContain('Evidence of a rehearsal never counts for prod.');
  });
});

describe('the drawing', () => {
  const judged = (value: number | null, lower?: number, upper?: number) =>
    ({
      value,
      ...(lower === undefined ? {} : { lower, upper }),
      state: 'met',
      sources: [],
      sourceCount: 0,
    }) as unknown as Judged;

  it('has the target in the middle and better to the right, whatever better is', () => {
    const higher = againstTarget({ better: 'higher', bound: 0.9 }, judged(1, 0.7, 1));
    expect(higher?.value).toBeGreaterThan(0.5);
    expect(higher?.lower).toBeLessThan(0.5);
    const lower = againstTarget({ better: 'lower', bound: 30 }, judged(10, 5, 40));
    expect(lower?.value).toBeGreaterThan(0.5);
    // 40 is worse than 30: on the left.
    expect(lower?.lower).toBeLessThan(0.5);
    expect(lower?.upper).toBeCloseTo(0.5 + (25 * 0.92) / 25 / 2, 10);
  });

  it('is in the middle when it is exactly the target, and not there when nothing was measured', () => {
    expect(againstTarget({ better: 'lower', bound: 0 }, judged(0))).toEqual({
      value: 0.5,
      lower: undefined,
      upper: undefined,
    });
    expect(againstTarget({ better: 'lower', bound: 0 }, judged(null))).toBeUndefined();
  });

  it('in characters shows interval and value', () => {
    expect(againstTargetText({ lower: 0.1, value: 0.3, upper: 0.6 }, 11)).toBe('·├─●─┼┤····');
  });
});

describe('the badge', () => {
  it('counts, in the colour of the worst state', () => {
    const rows = record.scorecard?.rows ?? [];
    const badge = badgeOf({ environment: 'prod', rows });
    expect(badge).toEqual({ label: 'targets in prod', message: '1 met · 1 unknown', colour: 'lightgrey' });
    expect(JSON.parse(badgeJson(badge))).toMatchObject({ schemaVersion: 1, color: 'lightgrey' });
    const missed = rows.map((row) => ({ ...row, production: { ...row.production, state: 'missed' as const } }));
    expect(badgeOf({ environment: 'prod', rows: missed })).toMatchObject({
      message: '0 met · 2 missed',
      colour: 'red',
    });
    expect(badgeOf({ environment: 'prod', rows: [] })).toMatchObject({ message: 'no targets', colour: 'lightgrey' });
  });

  it('is an SVG that says the same to everybody, and escapes what it is given', () => {
    const svg = badgeSvg({ label: '<b>', message: '1 met', colour: 'brightgreen' });
    expect(svg).toContain('aria-label="&lt;b&gt;: 1 met"');
    expect(svg).not.toContain('<b>');
  });
});

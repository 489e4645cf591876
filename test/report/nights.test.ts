/** Nights in all reports: tables of tonight and of the nights before, and charts over them. */
import { describe, expect, it } from 'vitest';
import { nightsCharts } from '../../src/report/charts/nights.ts';
import { timeTicks } from '../../src/report/charts/scale.ts';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { Night, NightStep } from '../../src/report/nights/record.ts';

const step = (name: string, more: Partial<NightStep> = {}): NightStep => ({
  kind: 'experiment',
  name,
  verdict: 'pass',
  code: 'recovered',
  message: 'it recovered',
  seconds: 300,
  ...more,
});

const night = (day: number, steps: NightStep[], more: Partial<Night> = {}): Night => ({
  at: new Date(Date.UTC(2026, 10, day, 6)).toISOString(),
  verdict: 'pass',
  steps,
  ...more,
});

const NIGHTS = [
  night(1, [
    step('kill', { rto: { lower: 2, upper: 3 }, availability: 0.999 }),
    step('zone', { rto: { lower: 9, upper: 10 } }),
  ]),
  night(2, [step('kill', { rto: { lower: 2, upper: null }, verdict: 'fail' })], {
    verdict: 'fail',
    run: 'https://github.test/o/r/actions/runs/5',
  }),
  night(
    3,
    [
      step('kill', { rto: { lower: 4, upper: 5 }, availability: 0.98 }),
      step('s3-restore', { kind: 'drill', verdict: null, code: 'no-access', message: 'a <b>bold</b> | refusal' }),
    ],
    { verdict: 'inconclusive' },
  ),
];

const evidence = (nights: Night[]): Evidence => ({
  version: 'surefoot/evidence/v1',
  operation: 'nightly',
  title: 'Nightly resilience of dev',
  subject: { platform: 'shop', environment: 'dev' },
  rehearsal: false,
  speed: 1,
  startedAt: '2026-11-03T06:00:00.000Z',
  finishedAt: '2026-11-03T06:30:00.000Z',
  verdict: 'inconclusive',
  reasons: [{ code: 'night-inconclusive', message: '1 of 2 could not be decided' }],
  measurements: [],
  events: [],
  checks: [],
  nights: { nights },
  series: [],
  parts: [],
  tools: [],
});

describe('nights', () => {
  it('are part of the evidence; a link that is none is not', () => {
    expect(evidenceSchema.parse(evidence(NIGHTS)).nights?.nights).toEqual(NIGHTS);
    const bad = night(4, [], { run: 'javascript:alert(1)' });
    expect(evidenceSchema.safeParse(evidence([bad])).success).toBe(false);
    expect(evidenceSchema.safeParse(evidence([])).success).toBe(false);
  });

  it('in Markdown are a table of tonight and one of all, the newest first', () => {
    const text = renderMarkdown(evidence(NIGHTS), { maxBytes: 100_000 });
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[2]).toMatch(/experiment \| kill \| ✓ Pass \| 4.* to 5.* s \| 98/);
    expect(rows[3]).toContain('⛔ no-access');
    expect(rows[3]).not.toContain('<b>');
    const trend = rows.slice(-3);
    expect(trend[0]).toMatch(/2026-11-03.*Inconclusive \| 1 of 2/);
    expect(trend[1]).toMatch(/2026-11-02.*Fail \| 0 of 1 \| over 2.* s, not recovered/);
    expect(trend[2]).toMatch(/2026-11-01.*Pass \| 2 of 2 \| 9.* to 10.* s \\?\(zone\\?\) \| 99\.9/);
  });

  it('on the page have charts, a link to the run of a night, and nothing that acts', () => {
    const page = renderHtml(evidence(NIGHTS), { name: 'nightly.json', sha256: '0', json: '{}' });
    expect(page).toContain('Recovery time, night by night');
    expect(page).toContain('Requests lost, night by night');
    expect(page).toContain('href="https://github.test/o/r/actions/runs/5"');
    expect(page).not.toContain('<b>bold</b>');
  });

  it('in charts are a line for each thing tried, with gaps where it did not recover or was not tried', () => {
    const [recovery, lost] = nightsCharts({ nights: NIGHTS });
    const lines = (recovery?.layers ?? []).map((layer) =>
      layer.kind === 'line' ? [layer.label, layer.amount, layer.points.map(({ value }) => value)] : [],
    );
    expect(lines).toEqual([
      ['A kill', expect.stringMatching(/^5/), [3, null, 5]],
      ['B zone', undefined, [10, null, null]],
    ]);
    expect(lost?.unit).toBe('%');
    const [kill] = lost?.layers ?? [];
    expect(kill?.kind === 'line' ? kill.points.map(({ value }) => value?.toFixed(3)) : []).toEqual([
      '0.100',
      undefined,
      '2.000',
    ]);
  });

  it('need two for a chart', () => {
    expect(nightsCharts({ nights: NIGHTS.slice(0, 1) })).toEqual([]);
  });

  it('of weeks are counted in days', () => {
    expect(timeTicks(0, 60 * 86_400, 12)).toMatchObject({ unit: 'd', divisor: 86_400 });
    expect(timeTicks(0, 86_400, 12).unit).toBe('h');
  });
});

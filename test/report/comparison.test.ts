/** How a comparison and a scaling test are shown: places on the axis, words, tables. */
import { describe, expect, it } from 'vitest';
import { forestRow, forestText } from '../../src/report/charts/forest.ts';
import { formatChange } from '../../src/report/comparison/words.ts';
import { type Compared, type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { sampleRehearsal } from './sample.ts';
import { readPage } from './well-formed.ts';

const SLOWER: Compared = {
  indicator: 'latency p95',
  unit: 's',
  better: 'lower',
  scale: 'relative',
  baseline: 0.2,
  candidate: 0.23,
  change: { value: 0.15, lower: 0.1, upper: 0.2 },
  tolerance: 0.1,
  smallestShown: 0.07,
  state: 'worse',
  beyondTolerance: false,
};

const FAILING: Compared = {
  ...SLOWER,
  indicator: 'share of requests that failed',
  unit: 'ratio',
  scale: 'absolute',
  baseline: 0.001,
  candidate: 0.0012,
  change: { value: 0.0002, lower: -0.0004, upper: 0.0008 },
  tolerance: 0.001,
  smallestShown: 0.0009,
  state: 'no-difference-shown',
};

describe('the forest', () => {
  it('stands in tolerances, no change in the middle, right is worse', () => {
    const row = forestRow(SLOWER);
    expect(row?.value).toBeCloseTo(0.75, 10);
    expect(row?.lower).toBeCloseTo(0.5 + 1 / 6, 10);
    expect(row?.tolerance).toBeCloseTo(0.5 + 1 / 6, 10);
    const less = forestRow({ ...SLOWER, better: 'higher' });
    expect(less?.value).toBeCloseTo(0.25, 10);
    expect([less?.lower, less?.upper]).toEqual([expect.closeTo(0.5 - 1 / 3, 10), expect.closeTo(0.5 - 1 / 6, 10)]);
  });

  it('ends where the axis does, and says so', () => {
    const wide = forestRow({ ...SLOWER, change: { value: 0.1, lower: -2, upper: 2 } });
    expect(wide).toMatchObject({ lower: 0, upper: 1, beyondLeft: true, beyondRight: true });
    expect(wide && forestText(wide)).toMatch(/^◀─+┼─+●─+▶$/);
  });

  it('is drawn in characters', () => {
    const row = forestRow(FAILING);
    expect(row && forestText(row).replaceAll(' ', '·')).toBe('·············├─┼●──┤╎··········');
  });

  it('is not there without an interval', () => {
    expect(forestRow({ ...SLOWER, change: null })).toBeUndefined();
  });
});

describe('changes in words', () => {
  it('are signed, in per cent or in points', () => {
    expect(formatChange(SLOWER, 0.15)).toBe('+15 %');
    expect(formatChange(SLOWER, -0.034)).toBe('−3.4 %');
    expect(formatChange(SLOWER, 0.1, 'plain')).toBe('10 %');
    expect(formatChange(FAILING, 0.0002)).toBe('+0.02 points');
    expect(formatChange(FAILING, 0)).toBe('0 points');
  });
});

describe('reports', () => {
  const [first] = sampleRehearsal().parts;
  const evidence: Evidence = evidenceSchema.parse({
    ...first,
    parts: [],
    comparison: {
      kind: 'two-runs',
      method: 'a bootstrap',
      confidence: 0.95,
      caveats: ['Two single runs.'],
      conditions: [{ name: 'k6', baseline: '1.8.1', candidate: '2.2.0' }],
      seconds: 60,
      bootstrap: { blockSeconds: 8, replicates: 1999, seed: 1 },
      sources: [{ file: 'load.json', sha256: 'c'.repeat(64), startedAt: '2026-11-21T10:00:00.000Z' }],
      indicators: [
        SLOWER,
        FAILING,
        { ...SLOWER, indicator: 'latency p99', change: null, state: 'too-small-to-tell', note: 'too few' },
      ],
    },
    scaling: {
      confidence: 0.95,
      method: 'a line',
      settleSeconds: 30,
      taskSize: { vcpu: 0.5, gigabytes: 1 },
      price: { vcpu: 0.04, gigabyte: 0.004 },
      levels: [
        {
          from: 30,
          to: 90,
          planned: 20,
          answered: 20,
          tasks: 2,
          cpu: { value: 0.6, lower: 0.55, upper: 0.65, n: 6 },
          memory: { value: 0.2, n: 2 },
          requestsPerTarget: null,
          taskSecondsPerRequest: 0.1,
        },
      ],
      limit: 1,
      elasticity: { value: 0.5, lower: 0.3, upper: 0.7, degreesOfFreedom: 3 },
    },
  });
  // Numbers and their units are kept together by spaces that do not break.
  const html = renderHtml(evidence, {
    name: 'load.json',
    sha256: 'a'.repeat(64),
    json: JSON.stringify(evidence),
  }).replaceAll('\u00a0', ' ');
  const markdown = renderMarkdown(evidence, { maxBytes: 60_000 });

  it('show each indicator with its interval, state and drawing', () => {
    const page = readPage(html);
    expect(page.elements.filter((element) => element.attributes.get('class') === 'forest')).toHaveLength(2);
    for (const text of [
      '+10 % to +20 %',
      '▼ worse',
      '= no difference shown',
      '? too small to tell',
      'Two single runs.',
    ]) {
      expect(html.includes(text), text).toBe(true);
    }
    expect(html.includes('Another k6: 2.2.0; the baseline had 1.8.1.')).toBe(true);
    const [row = ''] = markdown.split('\n').filter((line) => line.includes('latency p95'));
    expect(row.replaceAll('\\', '')).toMatch(
      /latency p95 \| 200 ms \| 230 ms \| \+15 % \(\+10 % to \+20 %\) \| <code>.*●.*<\/code> \| 10 % \| ▼ worse/,
    );
    expect(/latency p99 .*too few/.test(markdown)).toBe(true);
  });

  it('show each level with its cost: 0.1 s of a task of 0.024 an hour is 0.667 a million', () => {
    for (const text of [html, markdown]) {
      for (const shown of ['0.667', '1.41 times as high']) {
        expect(text.includes(shown), shown).toBe(true);
      }
    }
    expect(markdown.includes('60 % (55 % to 65 %, n = 6)')).toBe(true);
    expect(html).toMatch(/60 %<br><span class="quiet">55 % to 65 %<\/span><br><span class="quiet">n = 6<\/span>/);
  });

  it('old evidence, which has neither, is still read', () => {
    const { comparison, scaling, ...old } = evidence;
    expect([comparison, scaling].every((part) => part !== undefined)).toBe(true);
    expect(evidenceSchema.safeParse(old).success).toBe(true);
  });
});

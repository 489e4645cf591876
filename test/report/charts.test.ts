import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyChart, outcomeChart, revisionChart } from '../../src/report/charts/load.ts';
import { placeBadges } from '../../src/report/charts/marks.ts';
import type { AreaLayer, LineLayer } from '../../src/report/charts/model.ts';
import { linePath, thin } from '../../src/report/charts/path.ts';
import { latencyScale, linearScale, logScale, niceStep, position, timeTicks } from '../../src/report/charts/scale.ts';
import { seriesCharts, timeAxisOf } from '../../src/report/charts/series.ts';
import { countLoad } from '../../src/report/facts.ts';
import { evidenceArbitrary, loadArbitrary } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';

const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e90, max: 1e90 })
  .map((value) => (Math.abs(value) < 1e-90 ? 0 : value));

function sampleLoad(part: number) {
  const load = sampleRehearsal().parts[part]?.load;
  if (load === undefined) {
    throw new Error('the sample has a load');
  }
  return load;
}

describe('scales', () => {
  it('hold all values between ends that are ticks, in few round steps', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 20 }), (values) => {
        const scale = linearScale(values);
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
        expect(scale.min).toBeLessThanOrEqual(0);
        for (const value of values) {
          const slack = (scale.max - scale.min) * 1e-6;
          expect(value).toBeGreaterThanOrEqual(scale.min - slack);
          expect(value).toBeLessThanOrEqual(scale.max + slack);
        }
      }),
    );
  });

  it('steps by 1, 2 or 5', () => {
    expect([7, 0.3, 1, 42, 1000].map((range) => niceStep(range, 4))).toEqual([2, 0.1, 0.5, 20, 500]);
  });

  it('turn logarithmic only when latency spans more than a factor of 20', () => {
    expect(latencyScale([2, 5]).log).toBe(false);
    expect(latencyScale([0.01, 5]).log).toBe(true);
    expect(logScale([0.012, 4.1])).toMatchObject({ min: 0.01, max: 5 });
  });

  it('map in order, from 0 to 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-5, max: 1e5, noNaN: true }),
        (a, b) => {
          const scale = latencyScale([a, b]);
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => position(scale, value));
          expect(low).toBeLessThanOrEqual(high ?? 0);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('count time in seconds, minutes or hours', () => {
    expect(timeTicks(0, 75, 12)).toEqual({ ticks: [0, 10, 20, 30, 40, 50, 60, 70], unit: 's', divisor: 1 });
    expect(timeTicks(0, 1200, 12)).toMatchObject({ unit: 'min', divisor: 60 });
    expect(timeTicks(-5, 10 * 3600, 6)).toMatchObject({ unit: 'h', ticks: [0, 7200, 14_400, 21_600, 28_800, 36_000] });
  });
});

describe('lines', () => {
  const projection = { x: (seconds: number) => seconds * 10, y: (value: number) => 100 - value };
  const line = (join: LineLayer['join'], values: readonly (number | null)[]): LineLayer => ({
    kind: 'line',
    join,
    className: '',
    label: '',
    points: values.map((value, at) => ({ at, value })),
  });

  it('are never drawn over a gap', () => {
    expect(linePath(line('points', [1, 2, null, 4, 5]), projection)).toBe('M0 99h0L10 98M30 96h0L40 95');
    expect(linePath(line('steps', [1, 2, null, 4]), projection)).toBe('M0 99h0H10V98H20M30 96h0');
  });

  it('show a lone point as a dot, and nothing for no data', () => {
    expect(linePath(line('points', [null, 3, null]), projection)).toBe('M10 97h0');
    expect(linePath(line('steps', [null, null]), projection)).toBe('');
  });

  it('keep extremes, gaps and order when thinned', () => {
    const points = Array.from({ length: 50_000 }, (_, at) => ({
      at,
      value: at === 31_337 ? 1e6 : at === 77 ? -5 : at % 9,
    }));
    const gap = { at: 40_000, value: null };
    const thinned = thin([...points.slice(0, 40_000), gap, ...points.slice(40_001)]);
    expect(thinned.length).toBeLessThanOrEqual(700);
    expect(thinned).toContainEqual({ at: 31_337, value: 1e6 });
    expect(thinned).toContainEqual({ at: 77, value: -5 });
    expect(thinned).toContainEqual(gap);
    expect(thinned.map((point) => point.at)).toEqual(thinned.map((point) => point.at).toSorted((a, b) => a - b));
  });
});

describe('event badges', () => {
  it('never overlap, stay inside, and stand for every event', () => {
    const moments = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(moments, (times) => {
        const marks = times
          .toSorted((a, b) => a - b)
          .map((at, index) => ({ number: index + 1, at, tone: 'plain' as const, label: 'x' }));
        const badges = placeBadges(marks, (at) => 50 + at * 7, 0, 880);
        expect(badges.flatMap((badge) => badge.marks.map((mark) => mark.number))).toEqual(
          marks.map((mark) => mark.number),
        );
        for (const [index, badge] of badges.entries()) {
          const before = badges[index - 1];
          expect(badge.x - badge.width / 2).toBeGreaterThanOrEqual(
            before === undefined ? 0 : before.x + before.width / 2,
          );
          expect(badge.x + badge.width / 2).toBeLessThanOrEqual(880);
        }
      }),
    );
  });

  it('say the worst of what they join', () => {
    const mark = (number: number, tone: 'plain' | 'decision' | 'trouble') => ({ number, at: 1, tone, label: '' });
    expect(placeBadges([mark(1, 'plain'), mark(2, 'trouble'), mark(3, 'decision')], () => 50, 0, 100)).toMatchObject([
      { text: '1–3', tone: 'trouble' },
    ]);
  });
});

describe('the chart of outcomes', () => {
  it('stacks exactly what was planned, without holes or overlaps', () => {
    fc.assert(
      fc.property(loadArbitrary, (load) => {
        const chart = outcomeChart(load);
        const areas = (chart?.layers ?? []).filter((layer): layer is AreaLayer => layer.kind === 'area');
        const requests = areas.flatMap((layer) =>
          layer.pieces.map((piece) => (piece.high - piece.low) * (piece.to - piece.from)),
        );
        expect(requests.reduce((sum, one) => sum + one, 0)).toBeCloseTo(countLoad(load).planned, 2);
        for (const [index, layer] of areas.entries()) {
          const below = index === 0 ? layer.pieces.map(() => 0) : areas[index - 1]?.pieces.map((piece) => piece.high);
          expect(layer.pieces.map((piece) => piece.low)).toEqual(below);
        }
      }),
    );
  });

  it('tells in words what it shows', () => {
    expect(outcomeChart(sampleLoad(0))?.description).toBe(
      '3,750 requests planned: 3,750 ok, 0 failed, 0 dropped, 0 interrupted. No request was lost.',
    );
    expect(outcomeChart(sampleLoad(1))?.description).toContain('Most were lost in second');
  });

  it('has nothing to show without bins', () => {
    expect(outcomeChart({ ...sampleLoad(0), bins: [] })).toBeUndefined();
  });
});

describe('the chart of latency', () => {
  it('leaves out quantiles that a window has too few requests for', () => {
    const sparse = sampleLoad(0);
    const bins = sparse.bins.map((bin) => ({
      ...bin,
      planned: 1,
      ok: 1,
      latency: bin.latency.slice(0, 1).map(([index]): [number, number] => [index, 1]),
    }));
    const chart = latencyChart({ ...sparse, rate: 1, bins });
    const known = chart?.layers.map(
      (layer) => layer.kind === 'line' && layer.points.some((point) => point.value !== null),
    );
    expect(known).toEqual([true, false, false]);
    expect(chart?.layers[2]?.amount).toBe('too few requests');
  });

  it('shows a gap where nothing was answered', () => {
    const load = sampleLoad(0);
    const bins = load.bins.map((bin) => (bin.second >= 30 && bin.second < 45 ? { ...bin, latency: [] } : bin));
    const [median] = latencyChart({ ...load, bins })?.layers ?? [];
    const values = median?.kind === 'line' ? median.points.filter((point) => point.at > 30 && point.at < 45) : [];
    expect(values.length).toBeGreaterThan(2);
    expect(values.every((point) => point.value === null)).toBe(true);
  });
});

describe('the chart of revisions', () => {
  it('puts the baseline below the candidate and counts both', () => {
    const [part] = sampleRehearsal().parts;
    const chart = part?.load && revisionChart(part.load, part.deployment);
    expect(chart?.layers.map((layer) => [layer.label.split(' ')[0], layer.amount])).toEqual([
      ['baseline', '1,550'],
      ['candidate', '2,200'],
    ]);
  });

  it('knows both also where answers name the task definition, and gives the candidate its colour though it answered most', () => {
    const [part] = sampleRehearsal().parts;
    const { load, deployment } = part ?? {};
    if (load === undefined || deployment === undefined || deployment.baseline === null) {
      throw new Error('the sample has a load and a deployment with a baseline');
    }
    const { baseline, candidate } = deployment;
    const taskDefinition = (revision: string): string =>
      (baseline.revision.endsWith(revision) ? baseline : candidate).taskDefinition;
    const bins = load.bins.map(({ byRevision = {}, ...bin }) => ({
      ...bin,
      byRevision: Object.fromEntries(
        Object.entries(byRevision).map(([revision, count]) => [taskDefinition(revision), count]),
      ),
    }));
    const layers = (record: typeof deployment) => revisionChart({ ...load, bins }, record)?.layers;
    expect(layers(deployment)?.map(({ label, className }) => [label, className])).toEqual([
      ['baseline artguard-backend-dev:1', 'revision0'],
      ['candidate artguard-backend-dev:2', 'revision1'],
    ]);
    // A forced deployment of the same task definition: its name tells nothing, and none is called what it may not be.
    const forced = { ...deployment, baseline: { ...baseline, taskDefinition: candidate.taskDefinition } };
    expect(layers(forced)?.map(({ label }) => label)).toEqual(['artguard-backend-dev:2', 'artguard-backend-dev:1']);
  });
});

describe('series', () => {
  it('share a chart when unit and source are the same, at most six lines', () => {
    const [part] = sampleRehearsal().parts;
    if (part === undefined) {
      throw new Error('the sample has parts');
    }
    expect(seriesCharts(part).map((chart) => chart.layers.length)).toEqual([2, 1, 1]);
    const [weights] = part.series;
    const many = {
      ...part,
      series: Array.from({ length: 8 }, () => weights ?? part.series[0]).flatMap((one) => one ?? []),
    };
    expect(seriesCharts(many).map((chart) => chart.layers.length)).toEqual([6, 2]);
  });

  it('lie on one axis that holds the load and every point', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const axis = timeAxisOf(evidence);
        expect(axis.to).toBeGreaterThan(axis.from);
        for (const chart of seriesCharts(evidence)) {
          for (const layer of chart.layers) {
            const times = layer.kind === 'line' ? layer.points.map((point) => point.at) : [];
            expect(times.every((at) => at >= axis.from && at <= axis.to)).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

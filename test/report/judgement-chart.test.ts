import { describe, expect, it } from 'vitest';
import { EVIDENCE_UNIT, evidenceChart } from '../../src/report/charts/judgement.ts';
import type { JudgementRecord, Series } from '../../src/report/evidence.ts';

const ZERO = '2026-01-01T00:00:00.000Z';
const at = (second: number) => new Date(Date.parse(ZERO) + second * 1000).toISOString();
const series = (name: string, ...values: readonly number[]): Series => ({
  name,
  unit: EVIDENCE_UNIT,
  source: 'surefoot judge',
  points: values.map((value, index) => [at(index), value]),
});
const AXIS = { zero: ZERO, from: -5, to: 60 };
const judgement = { alpha: 0.01, beta: 0.05, provenAfterBlocks: 3, failedAfterBlocks: null } as JudgementRecord;

describe('the chart of evidence', () => {
  it('shows every line against the bound that decides, and what was decided', () => {
    const lines = [
      series('evidence for a rollback', 0, -2, -90),
      series('evidence for a promotion by errors', 0, 2, 4),
    ];
    const chart = evidenceChart(lines, judgement, AXIS);
    expect(chart?.layers.map(({ label }) => label)).toEqual([
      'rollback above',
      'promotion above',
      'A evidence for a rollback',
      'B evidence for a promotion by errors',
    ]);
    const values = chart?.layers.map((layer) => (layer.kind === 'line' ? layer.points.at(-1)?.value : undefined));
    expect(values).toEqual([Math.log(100), Math.log(20), -5, 4]);
    // The bounds hold at all times; the lines end where nothing was judged any more.
    const ends = chart?.layers.map((layer) => (layer.kind === 'line' ? layer.points.at(-1)?.at : undefined));
    expect(ends).toEqual([60, 60, 2, 2]);
    expect(chart?.scale.max).toBeGreaterThanOrEqual(Math.log(100));
    expect(chart?.description).toContain('evidence for a promotion after 3 blocks');
    // The legend tells the true end of a line that is cut.
    expect(chart?.layers[2]?.amount).toMatch(/90/);
  });

  it('is not drawn where nothing was judged', () => {
    expect(evidenceChart([], judgement, AXIS)).toBeUndefined();
  });
});

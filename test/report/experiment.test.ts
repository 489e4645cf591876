/** An experiment's plan, drawn and in words. */
import { describe, expect, it } from 'vitest';
import { timingLines } from '../../src/operations/chaos/plan/render.ts';
import { COMPACT, WIDE } from '../../src/report/charts/draw.ts';
import { drawTiming, timingLegend } from '../../src/report/charts/timing.ts';
import { experimentMarkdown } from '../../src/report/experiment/markdown.ts';
import type { ExperimentRecord } from '../../src/report/experiment/record.ts';
import { costText, countText, zonesText } from '../../src/report/experiment/words.ts';

const RECORD: ExperimentRecord = {
  name: 'zone-loss',
  file: 'chaos/zone-loss.yml',
  spans: [
    { name: 'load', kind: 'load', from: -120, to: 480, exact: true },
    { name: 'cut', kind: 'fault', action: 'aws:network:disrupt-connectivity', from: 0, to: 300, exact: true },
    { name: 'kill', kind: 'fault', action: 'aws:ecs:stop-task', from: 0, to: 60, exact: false },
  ],
  targets: [],
  cost: { dollars: 0.6, actionMinutes: 6, dollarsPerMinute: 0.1, accounts: 1, estimated: true, asOf: '2026-11-21' },
  policies: [],
};

/** x and width of each bar. */
function bars(svg: string): [number, number][] {
  return [...svg.matchAll(/<rect class="area \w+" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(
    ([, x, width]) => [Number(x), Number(width)] as [number, number],
  );
}

describe('the timing', () => {
  it.each([WIDE, COMPACT])('is on one scale: lengths are to each other as seconds are ($name)', (size) => {
    const drawn = bars(drawTiming(RECORD, size, 'x')?.text ?? '');
    expect(drawn).toHaveLength(3);
    const [load, cut, kill] = drawn;
    const perSecond = (load?.[1] ?? 0) / 600;
    expect(cut?.[0]).toBeCloseTo((load?.[0] ?? 0) + 120 * perSecond, 0);
    expect(cut?.[1]).toBeCloseTo(300 * perSecond, 0);
    expect(kill?.[0]).toBe(cut?.[0]);
    expect(kill?.[1]).toBeCloseTo(60 * perSecond, 0);
    expect((load?.[0] ?? 0) + (load?.[1] ?? 0)).toBeLessThanOrEqual(size.width);
  });

  it('says the same to those who do not see it, and marks what is only assumed', () => {
    const text = drawTiming(RECORD, WIDE, 'x')?.text ?? '';
    expect(text).toContain('load: −2 min to 8 min; cut: 0 s to 5 min; kill: 0 s to about 60 s');
    expect(text.match(/class="mark"/g)).toHaveLength(1);
    expect(timingLegend(RECORD).map(({ label }) => label)).toEqual(['load', 'fault']);
  });

  it('is left out where there is nothing to draw', () => {
    expect(drawTiming({ ...RECORD, spans: [] }, WIDE, 'x')).toBeUndefined();
    const moment = { name: 'a', kind: 'fault', from: 5, to: 5, exact: true } as const;
    expect(drawTiming({ ...RECORD, spans: [moment] }, WIDE, 'x')).toBeUndefined();
  });

  it('is a bar of text in a terminal', () => {
    const lines = timingLines(RECORD.spans);
    expect(lines.map((line) => line.replace(/[^▒█]/g, '').length)).toEqual([44, 22, 4]);
    expect(lines[1]?.indexOf('█')).toBe(lines[2]?.indexOf('█'));
  });
});

describe('its words', () => {
  const target = { name: 't', resourceType: 'aws:ecs:task', selectionMode: 'ALL', resources: [], zones: {} };

  it.each([
    [{ count: 2, of: 4, source: 'dry-run' }, '2 of 4 (50 %)'],
    [{ count: 0, of: 0, source: 'dry-run' }, '0'],
    [{ count: 3, of: null, source: 'dry-run' }, '3'],
    [{ count: 1, of: 4, source: 'file' }, 'at most 1'],
    [{ count: null, of: 4, source: 'reads' }, 'not known, of 4'],
    [{ count: null, of: null, source: 'file' }, 'not known'],
  ] as const)('%o hits %s', (found, expected) => {
    expect(countText({ ...target, ...found })).toBe(expected);
  });

  it('name zones in their order, and the cost with all that it is made of', () => {
    expect(zonesText({ ...target, zones: { b: 1, a: 2 }, count: 3, of: 3, source: 'reads' })).toBe('2 in a, 1 in b');
    const ofAMinute = costText({ ...RECORD, cost: { ...RECORD.cost, actionMinutes: 1, reportBesides: true } });
    expect(ofAMinute).toContain('= 1 action-minute × ');
    expect(ofAMinute).toContain("; FIS's own report is charged besides");
    expect(costText(RECORD)).toBe("Cost of a run: about $0.60 = 6 action-minutes × $0.10 (AWS's price of 2026-11-21)");
    expect(costText({ ...RECORD, cost: { ...RECORD.cost, accounts: 2, estimated: false } })).toContain(
      '$0.60 = 6 action-minutes × $0.10 × 2 accounts',
    );
  });

  it('say in Markdown how the account differs', () => {
    const heading = (title: string) => `### ${title}`;
    const changes = [{ path: 'roleArn', before: 'arn:a|b', after: null }];
    const text = experimentMarkdown({ ...RECORD, template: { id: 'EXT1', changes } }, heading, 100);
    expect(text).toContain('<details><summary>1 difference to the template <code>EXT1</code> in the account</summary>');
    expect(text).toContain('| <code>roleArn</code> | <code>arn:a\\|b</code> | not there |');
    expect(experimentMarkdown({ ...RECORD, template: { id: 'EXT1', changes: [] } }, heading, 100)).toContain(
      'as the file says',
    );
    expect(experimentMarkdown(RECORD, heading, 100)).not.toContain('EXT1');
  });
});

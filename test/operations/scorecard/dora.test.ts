/** DORA's record through the scorecard: its five numbers with their counts, and its incidents as times to restore. */
import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/operations/dora/events.ts';
import type { EvidenceFile } from '../../../src/operations/scorecard/from-evidence.ts';
import type { DoraRecord } from '../../../src/report/dora/record.ts';
import { deployed, hours, incident, line, measured } from '../dora/delivery.ts';
import { DAY, evidence, onlyRow, platformWith, scorecard, target } from './samples.ts';

/** Ten days after the window of `measured`, which is March. */
const NOW = hours(960);
const MARCH = 'window: 31d';

const promise = (indicator: string, rest: string, window = MARCH) =>
  platformWith(target(indicator, `indicator: ${indicator}\n${rest}\n${window}`));

function dora(record: DoraRecord, finishedAt = NOW, environment = 'prod'): EvidenceFile {
  const at = new Date(finishedAt).toISOString();
  return evidence('dora', { dora: record, subject: { environment }, startedAt: at, finishedAt: at });
}

/** Twenty deployments a day apart, of which the incidents are put down to some. */
const delivered = (incidents: readonly IncidentEvent[]) =>
  measured({
    commits: line(600),
    deployments: Array.from({ length: 21 }, (_, n) => deployed(`d${n}`, `c${n * 24}`, n * 24 + 1)),
    incidents,
  });

const rowOf = (platform: ReturnType<typeof promise>, ...files: EvidenceFile[]) => {
  const [row] = scorecard(platform, { evidence: files }, NOW).scorecard?.rows ?? [];
  return row?.production;
};

describe("DORA's record on the scorecard", () => {
  it('rates come with their counts, so that what they support can be told', () => {
    const failing = delivered([incident('I1', 26, 27), incident('I2', 50, 52), incident('I3', 74, 75)]);
    const row = rowOf(promise('change-fail-rate', 'comparison: lte\nvalue: 15\nunit: percent'), dora(failing));
    expect(row).toMatchObject({ state: 'met', count: 3, n: 21 });
    expect(row?.support?.message).toMatch(/^3 of 21 supports at most/);
    const strict = promise('change-fail-rate', 'comparison: lte\nvalue: 14\nunit: percent');
    expect(rowOf(strict, dora(failing))?.state).toBe('missed');
  });

  it('frequency and lead time are compared in the units of the target', () => {
    const record = delivered([]);
    expect(
      rowOf(promise('deployment-frequency', 'comparison: gte\nvalue: 4\nunit: per-week'), dora(record))?.state,
    ).toBe('met');
    expect(
      rowOf(promise('deployment-frequency', 'comparison: gte\nvalue: 5\nunit: per-week'), dora(record))?.state,
    ).toBe('missed');
    expect(rowOf(promise('change-lead-time', 'comparison: lte\nvalue: 1\nunit: days'), dora(record))?.state).toBe(
      'met',
    );
    expect(rowOf(promise('change-lead-time', 'comparison: lte\nvalue: 1\nunit: hours'), dora(record))?.state).toBe(
      'missed',
    );
  });

  it('what DORA does not know stays unknown, with its reason, and nothing is elite', () => {
    const quiet = measured({ commits: line(3), deployments: [deployed('d0', 'c0', -900)] });
    for (const [indicator, rest] of [
      ['change-lead-time', 'comparison: lte\nvalue: 1\nunit: days'],
      ['failed-deployment-recovery-time', 'comparison: lte\nvalue: 1\nunit: hours'],
      ['change-fail-rate', 'comparison: lte\nvalue: 15\nunit: percent'],
    ] as const) {
      const row = rowOf(promise(indicator, rest), dora(quiet));
      expect([indicator, row?.state, row?.reason.code]).toEqual([indicator, 'unknown', 'no-deployments-in-window']);
    }
    expect(
      rowOf(promise('deployment-frequency', 'comparison: gte\nvalue: 1\nunit: per-week'), dora(quiet))?.state,
    ).toBe('missed');
  });

  it('of a week, or from a first deployment late in the window, keeps no promise over 90 days', () => {
    const quarter = (indicator: string, rest: string) =>
      platformWith(target(indicator, `indicator: ${indicator}\n${rest}\nwindow: 90d`));
    const often = rowOf(
      quarter('deployment-frequency', 'comparison: gte\nvalue: 1\nunit: per-week'),
      dora(delivered([])),
    );
    expect(often).toMatchObject({ state: 'unknown', reason: { code: 'partly-covered' } });
    const late = measured({
      commits: line(720),
      deployments: [deployed('d0', 'c400', 500), deployed('d1', 'c500', 600)],
    });
    const lead = rowOf(promise('change-lead-time', 'comparison: lte\nvalue: 30\nunit: days'), dora(late));
    expect(lead).toMatchObject({ state: 'unknown', reason: { code: 'partly-covered' } });
    expect(lead?.caveats?.[0]).toContain('The first deployment on record');
    const weekly = promise('deployment-frequency', 'comparison: gte\nvalue: 0.2\nunit: per-week');
    expect(rowOf(weekly, dora(late))?.state).toBe('met');
  });

  it('says on its row what was left out, and how many', () => {
    const record = delivered([]);
    const excluded = [{ code: 'no-status', message: 'deployments without a status', count: 1234, ids: ['x'] }];
    const row = rowOf(
      promise('change-fail-rate', 'comparison: lte\nvalue: 15\nunit: percent'),
      dora({ ...record, excluded }),
    );
    expect(row?.caveats).toContain('left out, 1,234: deployments without a status');
  });

  it('of another environment it counts for nothing', () => {
    const row = rowOf(
      promise('deployment-frequency', 'comparison: gte\nvalue: 1\nunit: per-week'),
      dora(delivered([]), NOW, 'dev'),
    );
    expect(row).toMatchObject({ state: 'unknown', reason: { code: 'other-environment' } });
  });
});

describe('the time to restore, of its incidents', () => {
  const mttr = promise('mttr', 'comparison: lt\nvalue: 30\nunit: minutes', 'window: 60d');

  it('is over all incidents, put down to a deployment or not', () => {
    const record = delivered([incident('I1', 26, 26.25), incident('I2', 700, 700.5)]);
    expect(rowOf(mttr, dora(record))).toMatchObject({ state: 'met', n: 2, value: 22.5 * 60 });
  });

  it('counts an incident once, however many records tell of it, and believes the latest', () => {
    const [early, late] = [delivered([incident('I1', 26, null)]), delivered([incident('I1', 26, 26.25)])];
    const files = [dora(early, hours(30)), dora(late), dora(late, NOW - DAY)];
    expect(rowOf(mttr, ...files)).toMatchObject({ state: 'met', n: 1, value: 15 * 60 });
    expect(rowOf(mttr, ...files.toReversed())).toMatchObject({ state: 'met', n: 1, value: 15 * 60 });
  });

  it('is missed by what goes on for longer, and never 0 where there was none', () => {
    expect(rowOf(mttr, dora(delivered([incident('I1', 26, 26.25), incident('I2', 700, null)])))?.state).toBe('missed');
    expect(rowOf(mttr, dora(delivered([])))).toMatchObject({ state: 'unknown', value: null });
  });
});

it('is one row for each promise, whatever the order of the files', () => {
  const files = [dora(delivered([]), NOW), dora(delivered([incident('I1', 26, 27)]), NOW - DAY)];
  const platform = promise('change-fail-rate', 'comparison: lte\nvalue: 1\nunit: percent');
  expect(onlyRow(platform, { evidence: [] }).production.state).toBe('unknown');
  expect(rowOf(platform, ...files)?.count).toBe(rowOf(platform, ...files.toReversed())?.count);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Breach, decide, evaluationRange } from '../../../../src/rehearsal/cloudwatch/alarms/missing-data.ts';

/** `0 - X` in AWS's notation, oldest first. */
function range(text: string): readonly Breach[] {
  return text.split(' ').map((mark) => (mark === 'X' ? 'breaching' : mark === '0' ? 'ok' : 'missing'));
}

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const STATES: Readonly<Record<string, string | undefined>> = {
  A: 'ALARM',
  O: 'OK',
  I: 'INSUFFICIENT_DATA',
  R: undefined,
};

/** Columns: datapoints, then the state for missing, ignore, breaching, notBreaching. A(larm), O(K), I(nsufficient data), R(etained). */
const AWS_TABLES: readonly (readonly [
  title: string,
  datapointsToAlarm: number,
  rows: readonly (readonly [string, string])[],
])[] = [
  [
    '3 out of 3',
    3,
    [
      ['0 - X - X', 'OOOO'],
      ['0 - - - -', 'OOOO'],
      ['- - - - 0', 'OOOO'],
      ['- - - - -', 'IRAO'],
      ['0 X X - X', 'AAAA'],
      ['- - X - -', 'ARAO'],
      ['X - - - -', 'ARAO'],
      // "Avoiding premature transitions": the next datapoints may yet be good.
      ['- - - - X', 'IRAO'],
      ['- - - X -', 'IRAO'],
    ],
  ],
  [
    '2 out of 3',
    2,
    [
      ['0 - X - X', 'AAAA'],
      ['0 0 X 0 X', 'AAAA'],
      ['0 - X - -', 'OOAO'],
      ['- - - - 0', 'OOAO'],
      ['- - - - X', 'IRAO'],
      ['- - - X -', 'ARAO'],
    ],
  ],
];

describe.each(AWS_TABLES)("AWS's documented examples, %s", (_title, datapointsToAlarm, rows) => {
  it.each(rows)('%s gives %s', (points, states) => {
    const decided = TREATMENTS.map((treatMissingData) =>
      decide(range(points), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData }),
    );
    expect(decided).toEqual([...states].map((state) => STATES[state]));
  });
});

describe('every alarm', () => {
  const mark = fc.constantFrom<Breach>('breaching', 'ok', 'missing');
  const treatment = fc.constantFrom(...TREATMENTS);
  const rule = fc
    .record({ evaluationPeriods: fc.integer({ min: 1, max: 6 }), treatMissingData: treatment })
    .chain((base) =>
      fc.integer({ min: 1, max: base.evaluationPeriods }).map((datapointsToAlarm) => ({ ...base, datapointsToAlarm })),
    );
  const situation = rule.chain((chosen) => {
    const length = evaluationRange(chosen.evaluationPeriods);
    return fc.array(mark, { minLength: length, maxLength: length }).map((points) => ({ rule: chosen, points }));
  });

  it('does not need the setting when N datapoints exist, and counts only the latest N', () => {
    fc.assert(
      fc.property(situation, treatment, ({ rule: chosen, points }, other) => {
        const existing = points.filter((point) => point !== 'missing');
        fc.pre(existing.length >= chosen.evaluationPeriods);
        const breaching = existing.slice(-chosen.evaluationPeriods).filter((point) => point === 'breaching').length;
        const expected = breaching >= chosen.datapointsToAlarm ? 'ALARM' : 'OK';
        expect(decide(points, chosen)).toBe(expected);
        expect(decide(points, { ...chosen, treatMissingData: other })).toBe(expected);
      }),
    );
  });

  it('is at least as alarming with missing data as breaching as it is with them as not breaching', () => {
    fc.assert(
      fc.property(situation, ({ rule: chosen, points }) => {
        const bad = decide(points, { ...chosen, treatMissingData: 'breaching' });
        const good = decide(points, { ...chosen, treatMissingData: 'notBreaching' });
        expect(good === 'ALARM' ? bad : 'ALARM').toBe('ALARM');
        expect([bad, good]).not.toContain('INSUFFICIENT_DATA');
        expect([bad, good]).not.toContain(undefined);
      }),
    );
  });
});

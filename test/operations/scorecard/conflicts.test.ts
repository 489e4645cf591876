/** Targets that cannot both be kept: computed from the file, against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { conflictsOf, outageSeconds } from '../../../src/operations/scorecard/conflicts.ts';
import { platformWith, scorecard, slo, target } from './samples.ts';

const codes = (...documents: string[]) => conflictsOf(platformWith(...documents), 'prod').map(({ code }) => code);
const mttr = (minutes: string) => target('mttr', `indicator: mttr\ncomparison: lte\nvalue: ${minutes}\nunit: minutes`);
const utilisation = (percent: string) =>
  target('used', `indicator: utilisation\ncomparison: gte\nvalue: ${percent}\nunit: percent`);

it.each([
  [1999n, 2000n, 30, 21.6],
  [999n, 1000n, 30, 43.2],
  [1999n, 2000n, 28, 20.16],
  [999n, 1000n, 28, 40.32],
])('%d / %d over %d d leaves %d min', (numerator, denominator, windowDays, minutes) => {
  expect(outageSeconds({ bound: { numerator, denominator }, windowDays }) / 60).toBeCloseTo(minutes, 9);
});

describe('conflicts', () => {
  it('one recovery of 30 min breaks 99.95 % of 30 days, and none of 21.6 min does', () => {
    const [conflict, ...others] = conflictsOf(
      platformWith(slo('0.9995'), slo('0.9995', 'api', 'api-availability'), mttr('30')),
      'prod',
    );
    expect(others).toEqual([]);
    expect(conflict).toEqual({
      code: 'one-recovery-breaks',
      message:
        'availability, api-availability: 21 min 36 s of outage are left in 30 d, and mttr lets one take 30 min: one recovery that is in time breaks it',
      rows: ['availability', 'api-availability', 'mttr'],
    });
    expect(codes(slo('0.9995'), mttr('21.6'))).toEqual([]);
    expect(codes(slo('0.9995'), mttr('21.7'))).toEqual(['one-recovery-breaks']);
  });

  it('three zones cap the utilisation at two thirds', () => {
    const [conflict] = conflictsOf(platformWith(utilisation('80')), 'prod');
    expect(conflict?.message).toBe(
      'surviving the loss of one of 3 zones caps the utilisation at 66.7 %, and used asks for 80 %: 5 zones would allow it, or capacity that is there within seconds',
    );
    expect(codes(utilisation('66.6'))).toEqual([]);
    expect(codes(utilisation('66.7'))).toEqual(['zone-loss-caps-utilisation']);
  });

  it('failures as often and as long as allowed use up the availability', () => {
    const dora = (share: string) => [
      target('often', 'indicator: deployment-frequency\ncomparison: gte\nvalue: 1\nunit: per-day'),
      target('fails', `indicator: change-fail-rate\ncomparison: lte\nvalue: ${share}\nunit: percent`),
      target('mends', 'indicator: failed-deployment-recovery-time\ncomparison: lte\nvalue: 15\nunit: minutes'),
    ];
    // 30 deployments, of which 9.6 % are 2.88, of 15 min each: 43.2 min, exactly what 99.9 % leaves.
    expect(codes(slo('0.999'), ...dora('9.6'))).toEqual([]);
    expect(codes(slo('0.999'), ...dora('9.7'))).toEqual(['failures-break']);
  });

  it('a start that takes longer than the promise', () => {
    const rto = (seconds: string) =>
      target('rto', `service: web\nindicator: rto\ncomparison: lte\nvalue: ${seconds}\nunit: seconds`);
    expect(codes(rto('59'))).toEqual(['slower-than-start']);
    expect(codes(rto('60'))).toEqual([]);
  });

  it('of another environment are none here', () => {
    expect(
      codes(target('used', 'environment: dev\nindicator: utilisation\ncomparison: gte\nvalue: 80\nunit: percent')),
    ).toEqual([]);
  });

  it('stand on the scorecard', () => {
    expect(scorecard(platformWith(utilisation('80'))).scorecard?.conflicts).toHaveLength(1);
  });
});

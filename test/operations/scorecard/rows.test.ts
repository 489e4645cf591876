/** Rows of the scorecard: what each kind of indicator is judged by, and when it is unknown. */
import { describe, expect, it } from 'vitest';
import { DAY, evidence, facts, measured, NOW, onlyRow, platformWith, scorecard, slo, target } from './samples.ts';

const sloRecord = (requests: number, bad: number, rest: object = {}) => ({
  objective: 'availability',
  service: 'web',
  indicator: 'availability' as const,
  state: 'met' as const,
  from: new Date(NOW - 31 * DAY).toISOString(),
  until: new Date(NOW - DAY).toISOString(),
  requests,
  bad,
  allowed: null,
  left: null,
  spent: null,
  burn: [],
  caveats: [],
  ...rest,
});

describe('shares', () => {
  const failover = (value: string) =>
    platformWith(
      target('failover', `indicator: failover-success\ncomparison: gte\nvalue: ${value}\nunit: percent\nwindow: 1Y`),
    );

  it('are pooled over the files of a window, and say what they support', () => {
    const platform = failover('100');
    const rows = facts(
      platform,
      'indicator,from,to,value,of\nfailover-success,2026-01-05,2026-01-05,7,7\nfailover-success,2026-07-05,2026-07-05,5,5\n',
    );
    const { production } = onlyRow(platform, { facts: rows });
    expect(production).toMatchObject({ state: 'met', value: 1, count: 12, n: 12 });
    expect(production.support).toEqual({
      state: 'open',
      message: '12 of 12 supports at least 77.9 % at 95 %; no number of them can support 100 %',
    });
    // Wilson's lower end for 12 of 12: 1 / (1 + 1.96² / 12).
    expect(production.lower).toBeCloseTo(0.7575, 4);
  });

  it.each([
    ['90', 29],
    ['95', 59],
    ['99', 299],
  ])('say how many without a failure would support %s %%', (value, needed) => {
    const platform = failover(value);
    const row = (count: number) =>
      onlyRow(platform, {
        facts: facts(
          platform,
          `indicator,from,to,value,of\nfailover-success,2026-10-05,2026-10-05,${count},${count}\n`,
        ),
      }).production;
    expect(row(needed - 1).support?.state).toBe('open');
    expect(row(needed - 1).support?.message).toContain(`${needed} without a failure would do`);
    expect(row(needed).support?.state).toBe('supported');
  });

  it('compare exactly: 5 bad of 10,000 keep 99.95 %, 6 do not', () => {
    const platform = platformWith(slo('0.9995'));
    const state = (bad: number) =>
      onlyRow(platform, { evidence: [evidence('slo', { slos: [sloRecord(10_000, bad)] })] }).production;
    expect(state(5)).toMatchObject({ state: 'met', count: 9995, n: 10_000 });
    expect(state(6).state).toBe('missed');
    // Met in the window, and yet not supported: Wilson goes from 99.883 % to 99.979 %.
    expect(state(5).support?.state).toBe('open');
    expect(state(5).lower).toBeCloseTo(0.99883, 5);
    expect(state(5).upper).toBeCloseTo(0.999786, 5);
  });

  it('take the newest sum of a window, and never add two of them', () => {
    const platform = platformWith(slo('0.99'));
    const older = evidence('slo', {
      slos: [sloRecord(100, 50, { until: new Date(NOW - 3 * DAY).toISOString() })],
    });
    const newer = evidence('slo', { slos: [sloRecord(1000, 1)] });
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      expect(onlyRow(platform, { evidence: order }).production).toMatchObject({ state: 'met', n: 1000 });
    }
  });

  it('say so where the sum is of less than the promise is about', () => {
    const year = target('year', 'indicator: availability\ncomparison: gte\nvalue: 99\nunit: percent\nwindow: 1Y');
    const record = { evidence: [evidence('slo', { slos: [sloRecord(1000, 1)] })] };
    expect(onlyRow(platformWith(year), record).production.reason.message).toBe(
      '999 of 1,000, 99.9 %; of 30 d only, where the target is over 365 d: it would be met if the rest were like it',
    );
    expect(onlyRow(platformWith(slo('0.99')), record).production.reason.message).toBe('999 of 1,000, 99.9 %');
  });

  it('of less than nine tenths of the window decide neither way: the rest may turn it round', () => {
    const over = (days: number, bad: number) =>
      onlyRow(
        platformWith(
          target('long', `indicator: availability\ncomparison: gte\nvalue: 99\nunit: percent\nwindow: ${days}d`),
        ),
        { evidence: [evidence('slo', { slos: [sloRecord(1000, bad)] })] },
      ).production;
    expect(over(34, 1)).toMatchObject({ state: 'unknown', value: 0.999, reason: { code: 'partly-covered' } });
    expect(over(34, 100)).toMatchObject({ state: 'unknown', reason: { code: 'partly-covered' } });
    expect(over(34, 100).reason.message).toContain('would be missed');
    expect([over(33, 1).state, over(33, 100).state]).toEqual(['met', 'missed']);
  });

  it('of a service whose first request was yesterday have met no 30 days, but may have missed them', () => {
    const since = (hours: number, bad: number, rest: object = {}) => {
      const firstRequestAt = new Date(NOW - DAY - hours * 3_600_000).toISOString();
      const record = sloRecord(1000, bad, { firstRequestAt, caveats: ['the first request was late', 'low traffic'] });
      return onlyRow(platformWith(slo('0.99')), { evidence: [evidence('slo', { slos: [record], ...rest })] });
    };
    expect(since(24, 1).production).toMatchObject({
      state: 'unknown',
      reason: { code: 'partly-covered' },
      caveats: ['the first request was late', 'low traffic'],
    });
    expect(since(24, 11).production.state).toBe('missed');
    expect(since(24, 11).production.reason.message).toContain('of 1 d only');
    expect(since(27 * 24, 1).production.state).toBe('met');
    expect(since(27 * 24 - 1, 1).production.state).toBe('unknown');
    expect(since(24, 1, { rehearsal: true, speed: 20 }).rehearsal?.state).toBe('met');
  });

  it('take no two of the budgets that deployments looked at, either: their windows hold the same requests', () => {
    const platform = platformWith(slo('0.99'));
    const seen = (requests: number, bad: number, ago: number) => {
      const until = new Date(NOW - ago * DAY).toISOString();
      return evidence('deploy', { slos: [sloRecord(requests, bad, { until })] });
    };
    const { production } = onlyRow(platform, { evidence: [seen(1000, 500, 9), seen(1000, 1, 1)] });
    expect(production).toMatchObject({ state: 'met', n: 1000, sourceCount: 1 });
  });

  it('without any request are unknown, by the reason of the evidence', () => {
    const platform = platformWith(slo('0.99'));
    const unknown = { code: 'no-requests', message: 'no request in the window' };
    const { production } = onlyRow(platform, {
      evidence: [evidence('slo', { slos: [sloRecord(0, 0, { state: 'unknown', unknown })] })],
    });
    expect(production).toMatchObject({ state: 'unknown', reason: unknown, value: null });
  });
});

describe('durations', () => {
  const mttr = platformWith(target('mttr', 'indicator: mttr\ncomparison: lt\nvalue: 30\nunit: minutes'));
  const incidents = (rows: string) => facts(mttr, `indicator,from,to\n${rows}`);

  it('are the mean of all incidents, from their beginning to their end', () => {
    const { production } = onlyRow(mttr, {
      facts: incidents(
        'mttr,2026-10-20T10:00:00Z,2026-10-20T10:20:00Z\nmttr,2026-10-21T10:00:00Z,2026-10-21T10:30:00Z\n',
      ),
    });
    expect(production).toMatchObject({ state: 'met', value: 1500, n: 2 });
    expect(production.support?.message).toContain('1 of 2 within 30 min supports at least 2.5 % of them');
    expect(production.support?.state).toBe('open');
  });

  it('at the limit of "below" are missed', () => {
    const rows = incidents('mttr,2026-10-20T10:00:00Z,2026-10-20T10:30:00Z\n');
    expect(onlyRow(mttr, { facts: rows }).production.state).toBe('missed');
  });

  it('that have not ended are never counted as short: unknown, or missed when already too long', () => {
    const ended = 'mttr,2026-10-20T10:00:00Z,2026-10-20T10:10:00Z\n';
    const young = onlyRow(mttr, { facts: incidents(`${ended}mttr,2026-10-31T23:55:00Z,\n`) }).production;
    expect(young).toMatchObject({ state: 'unknown', reason: { code: 'pending' }, n: 2 });
    const old = onlyRow(mttr, { facts: incidents(`${ended}mttr,2026-10-31T20:00:00Z,\n`) }).production;
    expect(old).toMatchObject({ state: 'missed', n: 2 });
  });

  it('without an incident are unknown, not zero', () => {
    expect(onlyRow(mttr).production).toMatchObject({ state: 'unknown', reason: { code: 'no-evidence' }, value: null });
  });

  it('take the statistic that the target names; a median has bounds from six on', () => {
    const platform = platformWith(
      target('detect', 'indicator: time-to-detect\ncomparison: lte\nvalue: 3\nunit: minutes\nstatistic: maximum'),
      target('detect-median', 'indicator: time-to-detect\ncomparison: lte\nvalue: 3\nunit: minutes'),
    );
    const csv = [1, 2, 2, 2, 3, 4].map((value) => `time-to-detect,2026-10-20,2026-10-20,${value},minutes`).join('\n');
    const rows = scorecard(platform, { facts: facts(platform, `indicator,from,to,value,unit\n${csv}\n`) }).scorecard
      ?.rows;
    expect(
      rows?.map(({ id, production }) => [id, production.state, production.value, production.lower, production.upper]),
    ).toEqual([
      ['detect', 'missed', 240, undefined, undefined],
      ['detect-median', 'met', 120, 60, 240],
    ]);
  });

  it('below the samples that the target asks for are unknown', () => {
    const platform = platformWith(
      target('mttr', 'indicator: mttr\ncomparison: lte\nvalue: 30\nunit: minutes\nminimumSamples: 2'),
    );
    const rows = facts(platform, 'indicator,from,to,value,unit\nmttr,2026-10-20,2026-10-20,5,minutes\n');
    expect(onlyRow(platform, { facts: rows }).production.reason.code).toBe('too-few');
  });
});

describe('counts', () => {
  const incidents = platformWith(
    target('safe', 'indicator: security-incidents\ncomparison: lte\nvalue: 0\nunit: count\nwindow: 30d'),
  );
  const reported = (rows: string) =>
    onlyRow(incidents, { facts: facts(incidents, `indicator,from,to,value\n${rows}`) }).production;

  it('of none are met when the whole window was reported, and support at most 3', () => {
    const row = reported('security-incidents,2026-10-01,2026-10-31,0\n');
    expect(row).toMatchObject({ state: 'met', value: 0 });
    expect(row.support).toEqual({ state: 'open', message: '0 in 30 d supports at most 3 in 30 d at 95 %' });
  });

  it('are unknown while a part of the window is not reported, but missed at once', () => {
    expect(reported('security-incidents,2026-10-20,2026-10-31,0\n').reason.code).toBe('partly-covered');
    expect(reported('security-incidents,2026-10-20,2026-10-31,1\n').state).toBe('missed');
  });
});

describe('cost and utilisation', () => {
  it('are compared with their baseline by the day, exactly', () => {
    const platform = platformWith(
      target('cheaper', 'indicator: cost-reduction\ncomparison: gte\nvalue: 15\nunit: percent\nwindow: 31d'),
    );
    const cost = (now: string) =>
      onlyRow(platform, {
        facts: facts(
          platform,
          `indicator,from,to,value\ncost-baseline,2025-10-01,2025-10-31,3100\ncost,2026-10-01,2026-10-31,${now}\n`,
        ),
      }).production;
    expect(cost('2635')).toMatchObject({ state: 'met', value: 0.15 });
    expect(cost('2635.01').state).toBe('missed');
  });

  it('have no baseline: unknown', () => {
    const platform = platformWith(
      target('better', 'indicator: utilisation-improvement\ncomparison: gte\nvalue: 20\nunit: percent'),
    );
    const rows = facts(platform, 'indicator,from,to,value,unit\nutilisation,2026-10-01,2026-10-31,72,percent\n');
    expect(onlyRow(platform, { facts: rows }).production.reason.code).toBe('no-baseline');
    const both = facts(
      platform,
      'indicator,from,to,value,unit\nutilisation,2026-10-01,2026-10-31,72,percent\nutilisation-baseline,2025-10-01,2025-10-31,60,percent\n',
    );
    expect(onlyRow(platform, { facts: both }).production).toMatchObject({ state: 'met', value: 0.2 });
  });

  it('grow with the load by a slope whose interval decides', () => {
    const platform = platformWith(
      target('linear', 'indicator: cost-elasticity\ncomparison: lte\nvalue: 1\nunit: ratio\nwindow: 1Y'),
    );
    const months = ['2026-03', '2026-05', '2026-07', '2026-08', '2026-10'];
    const judged = (cost: (load: number, index: number) => number) => {
      const csv = months.map((month, index) => {
        const load = 1000 * 2 ** index;
        return `cost,${month}-01,${month}-31,${cost(load, index).toFixed(4)},${load}`;
      });
      return onlyRow(platform, { facts: facts(platform, `indicator,from,to,value,of\n${csv.join('\n')}\n`) })
        .production;
    };
    // cost = load^0.7 has the slope 0.7 exactly.
    const sublinear = judged((load) => load ** 0.7);
    expect(sublinear.state).toBe('met');
    expect(sublinear.value).toBeCloseTo(0.7, 4);
    expect(judged((load) => load ** 1.4).state).toBe('missed');
    expect(judged((load, index) => load * (index % 2 === 0 ? 1 : 3)).reason.code).toBe('inconclusive');
  });

  it('with two loads say nothing of a slope', () => {
    const platform = platformWith(
      target('linear', 'indicator: cost-elasticity\ncomparison: lte\nvalue: 1\nunit: ratio\nwindow: 1Y'),
    );
    const rows = facts(
      platform,
      'indicator,from,to,value,of\ncost,2026-08-01,2026-08-31,10,100\ncost,2026-10-01,2026-10-31,20,200\n',
    );
    expect(onlyRow(platform, { facts: rows }).production.reason.code).toBe('too-few');
  });
});

describe('evidence', () => {
  const resume = platformWith(target('resume', 'indicator: resume-time\ncomparison: lte\nvalue: 2\nunit: minutes'));
  const resumed = (seconds: number, rest: object = {}) =>
    evidence('ecs-manage', { measurements: [measured('resume-time', seconds, { unit: 's' })], ...rest });

  it('of a rehearsal never counts for production: it has its own column', () => {
    const row = onlyRow(resume, { evidence: [resumed(60, { rehearsal: true, speed: 10 })] });
    expect(row.production).toMatchObject({ state: 'unknown', reason: { code: 'rehearsal-only' }, sources: [] });
    expect(row.rehearsal).toMatchObject({ state: 'met', value: 60 });
    const both = onlyRow(resume, { evidence: [resumed(60, { rehearsal: true, speed: 10 }), resumed(130)] });
    expect([both.production.state, both.rehearsal?.state]).toEqual(['missed', 'met']);
  });

  it('of another environment or platform counts for nothing', () => {
    const elsewhere = resumed(60, { subject: { platform: 'shop', environment: 'dev' } });
    expect(onlyRow(resume, { evidence: [elsewhere] }).production.reason.code).toBe('other-environment');
    const other = resumed(60, { subject: { platform: 'other', environment: 'prod' } });
    expect(onlyRow(resume, { evidence: [other] }).production.reason.code).toBe('no-evidence');
  });

  it('that is older than the window is stale, and from the future wrong', () => {
    const at = (offset: number) => {
      const time = new Date(NOW + offset).toISOString();
      return onlyRow(resume, { evidence: [resumed(60, { startedAt: time, finishedAt: time })] }).production;
    };
    expect(at(-31 * DAY).reason.code).toBe('stale');
    expect(at(-29 * DAY).state).toBe('met');
    expect(at(DAY).reason.code).toBe('in-the-future');
  });

  it('names the files that a row comes from', () => {
    const file = resumed(60);
    expect(onlyRow(resume, { evidence: [file] }).production).toMatchObject({ sources: [file.source], sourceCount: 1 });
  });

  it('of a gate is a complete count, within bounds where it has them', () => {
    const platform = platformWith(
      target('secrets', 'indicator: secret-findings\ncomparison: lte\nvalue: 0\nunit: count'),
    );
    const found = (value: number | null, rest: object = {}) =>
      onlyRow(platform, {
        evidence: [
          evidence('gate', { measurements: [measured('secret-findings', value, { unit: 'findings', ...rest })] }),
        ],
      }).production;
    expect(found(0)).toMatchObject({ state: 'met', support: { state: 'none' } });
    expect(found(1).state).toBe('missed');
    expect(found(null, { lower: 0, upper: 2 }).reason.code).toBe('inconclusive');
    expect(found(null, { lower: 1, upper: 2 }).state).toBe('missed');
    expect(found(null).reason.code).toBe('no-data');
  });

  it('of several services makes a row of each for a promise about all', () => {
    const platform = platformWith(target('fast', 'indicator: latency-p95\ncomparison: lte\nvalue: 1\nunit: seconds'));
    const load = (service: string, seconds: number) =>
      evidence('load', {
        subject: { platform: 'shop', environment: 'prod', service },
        measurements: [measured('latency p95', seconds, { unit: 's', n: 500 })],
      });
    const rows = scorecard(platform, { evidence: [load('shop-web', 0.4), load('api', 1.5)] }).scorecard?.rows;
    expect(rows?.map(({ id, production }) => [id, production.state])).toEqual([
      ['fast of api', 'missed'],
      ['fast of web', 'met'],
    ]);
  });
});

describe('the page', () => {
  it('is missed first, then unknown, then met; the verdict is the worst', () => {
    const platform = platformWith(
      target('a', 'indicator: secret-findings\ncomparison: lte\nvalue: 0\nunit: count'),
      target('b', 'indicator: mttr\ncomparison: lte\nvalue: 30\nunit: minutes'),
      target('c', 'indicator: critical-findings\ncomparison: lte\nvalue: 0\nunit: count'),
    );
    const gate = evidence('gate', { measurements: [measured('secret-findings', 0), measured('critical-findings', 2)] });
    const record = scorecard(platform, { evidence: [gate] });
    expect(record.scorecard?.rows.map(({ id, production }) => [id, production.state])).toEqual([
      ['c', 'missed'],
      ['b', 'unknown'],
      ['a', 'met'],
    ]);
    expect(record.verdict).toBe('fail');
    expect(record.reasons[0]?.message).toBe('1 met, 1 missed, 1 unknown of 3 targets');
  });

  it('without any promise is inconclusive, and leaves other environments out by name', () => {
    const platform = platformWith(
      target('dev-only', 'environment: dev\nindicator: mttr\ncomparison: lte\nvalue: 30\nunit: minutes'),
    );
    const record = scorecard(platform);
    expect([record.verdict, record.reasons[0]?.code]).toEqual(['inconclusive', 'no-targets']);
    expect(record.scorecard?.caveats).toEqual(['1 target of other environments is not on this page: dev-only.']);
  });
});

/** What is counted without facts: experiments from their runs, SLOs and zones from the platform file. */
import { describe, expect, it } from 'vitest';
import { DAY, evidence, facts, NOW, onlyRow, platformWith, scorecard, slo, target } from './samples.ts';

const run = (title: string, rest: object = {}, daysAgo = 1) =>
  evidence('chaos-run', {
    title,
    startedAt: new Date(NOW - daysAgo * DAY).toISOString(),
    finishedAt: new Date(NOW - daysAgo * DAY + 60_000).toISOString(),
    ...rest,
  });

describe('chaos-experiments', () => {
  const platform = platformWith(
    target('chaos', 'indicator: chaos-experiments\ncomparison: gte\nvalue: 2\nunit: count\nwindow: 30d'),
  );

  it('are the runs that were conclusive, failed ones too, each once, and none of a rehearsal', () => {
    const passed = run('zone');
    const runs = [passed, passed, run('task', { verdict: 'fail' }, 2), run('database', { verdict: 'inconclusive' })];
    const { production, rehearsal } = onlyRow(platform, {
      evidence: [...runs, run('played', { rehearsal: true, speed: 20 })],
    });
    expect(production).toMatchObject({ state: 'met', value: 2, method: expect.stringContaining('surefoot chaos run') });
    expect(rehearsal).toMatchObject({ state: 'missed', value: 1 });
    expect(onlyRow(platform, { evidence: [passed, passed] }).production).toMatchObject({ state: 'missed', value: 1 });
  });

  it('are those of the facts where there are any, never both', () => {
    const rows = facts(platform, 'indicator,from,to,value\nchaos-experiments,2026-10-05,2026-10-30,1\n');
    expect(onlyRow(platform, { evidence: [run('a'), run('b')], facts: rows }).production).toMatchObject({ value: 1 });
    const dev = facts(platform, 'indicator,from,to,value,environment\nchaos-experiments,2026-10-05,2026-10-30,9,dev\n');
    expect(onlyRow(platform, { evidence: [run('a'), run('b')], facts: dev }).production).toMatchObject({ value: 2 });
  });

  it('that nobody ran are unknown, and say what would do', () => {
    const { reason } = onlyRow(platform).production;
    expect(reason.code).toBe('no-evidence');
    expect(reason.message).toContain('surefoot chaos run measures it, or bring it in as facts');
  });
});

describe('of the platform file', () => {
  it('slo-coverage is of the services that run in the environment', () => {
    const covered = target('covered', 'indicator: slo-coverage\ncomparison: gte\nvalue: 100\nunit: percent');
    const row = (...services: string[]) => {
      const platform = platformWith(covered, ...services.map((service) => slo('0.99', service, `${service}-slo`)));
      const rows = scorecard(platform).scorecard?.rows ?? [];
      return rows.find(({ id }) => id === 'covered')?.production;
    };
    expect(row()).toMatchObject({ state: 'missed', count: 0, n: 2 });
    expect(row('web')).toMatchObject({ state: 'missed', count: 1, n: 2 });
    expect(row('web', 'api')).toMatchObject({ state: 'met', count: 2, n: 2 });
  });

  it('zones are those that it names, unless facts count them', () => {
    const platform = platformWith(target('zones', 'indicator: zones\ncomparison: gte\nvalue: 3\nunit: count'));
    const { production } = onlyRow(platform);
    expect(production).toMatchObject({
      state: 'met',
      value: 3,
      reason: { message: '3' },
      method: expect.stringContaining('platform file'),
      sources: [{ file: 'surefoot.yml', operation: 'platform' }],
    });
    const rows = facts(platform, 'indicator,from,to,value,unit\nzones,2026-10-01,2026-10-30,2,count\n');
    expect(onlyRow(platform, { facts: rows }).production).toMatchObject({ state: 'missed', value: 2 });
  });
});

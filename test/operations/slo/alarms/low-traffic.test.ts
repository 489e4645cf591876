/** What the plan says of low traffic: below it one failure pages, and from it on none does. */
import { expect, it } from 'vitest';
import { wantedAlarms } from '../../../../src/operations/slo/alarms/wanted.ts';
import { burnRate } from '../../../../src/statistics/burn-rate.ts';
import { platformWith, slo } from '../../scorecard/samples.ts';

it.each([
  ['0.999', 70, 167],
  ['0.99', 7, 17],
])('of %s, by the thresholds of the alarms themselves', (share, inAnHour, inSix) => {
  const [objective] = platformWith(slo(share)).objectives;
  if (objective === undefined) {
    throw new Error('no objective');
  }
  const source = {
    counted: 'load-balancer' as const,
    loadBalancer: 'app/web/1',
    targetGroups: ['targetgroup/web/1'],
  };
  const { metric, notes } = wantedAlarms(objective, source, { platform: 'shop', environment: 'prod' });
  expect(notes.filter((note) => note.includes('a single failed one pages'))).toEqual([
    expect.stringContaining(`fewer than ${inAnHour} requests in 1 h, or ${inSix} requests in 6 h`),
  ]);
  for (const [requests, window] of [
    [inAnHour, '1 h'],
    [inSix, '6 h'],
  ] as const) {
    const threshold =
      metric.find(({ AlarmName }) => AlarmName.endsWith(`page ${window} long`))?.Threshold ?? Number.NaN;
    expect(burnRate({ requests: requests - 1, bad: 1 }, objective.budget)).toBeGreaterThan(threshold);
    expect(burnRate({ requests, bad: 1 }, objective.budget)).toBeLessThanOrEqual(threshold);
  }
});

import { describe, expect, it } from 'vitest';
import {
  countOwnStatus,
  countResponseTime,
  countTargetStatus,
  TrafficCounter,
} from '../../../src/rehearsal/world/balancer/traffic.ts';
import { bucketOf } from '../../../src/statistics/log-histogram.ts';

describe('TrafficCounter', () => {
  it('bins by the second of the end and gives out only seconds that are over, each once', () => {
    let now = 10_000;
    const counter = new TrafficCounter(() => now);
    counter.row('lb', 'tg', 'a').requests++;
    now = 10_999;
    counter.row('lb', 'tg', 'a').requests++;
    now = 11_000;
    counter.row('lb', 'tg', 'a').requests++;
    expect(counter.take(11).map(({ second, rows }) => [second, rows[0]?.requests])).toEqual([[10, 2]]);
    expect(counter.take(11)).toEqual([]);
    counter.row('lb', 'tg', 'a').requests++;
    expect(counter.take(Infinity).map(({ second, rows }) => [second, rows[0]?.requests])).toEqual([[11, 2]]);
    counter.row('lb', 'tg', 'a').requests++;
    expect(counter.take(Infinity).map(({ second, rows }) => [second, rows[0]?.requests])).toEqual([[11, 1]]);
  });

  it('keeps load balancers, groups and zones apart', () => {
    const counter = new TrafficCounter(() => 5000);
    counter.row('lb', 'tg', 'a').requests++;
    counter.row('lb', 'tg', 'b').requests++;
    counter.row('lb', null, null).requests++;
    counter.row('other', 'tg', 'a').requests++;
    const keys = counter.take(Infinity)[0]?.rows.map((row) => [row.loadBalancer, row.targetGroup, row.zone]);
    expect(keys).toEqual([
      ['lb', 'tg', 'a'],
      ['lb', 'tg', 'b'],
      ['lb', null, null],
      ['other', 'tg', 'a'],
    ]);
  });

  it('counts codes in their classes and times as histogram and sum', () => {
    const counter = new TrafficCounter(() => 5000);
    const row = counter.row('lb', 'tg', 'a');
    for (const status of [200, 204, 304, 404, 500, 503]) {
      countTargetStatus(row, status);
    }
    for (const status of [400, 460, 502, 503, 504, 200, 501]) {
      countOwnStatus(row, status);
    }
    countResponseTime(row, 0.25);
    countResponseTime(row, 0.25);
    expect(counter.take(Infinity)[0]?.rows[0]).toMatchObject({
      target2xx: 2,
      target3xx: 1,
      target4xx: 1,
      target5xx: 2,
      elb4xx: 2,
      elb502: 1,
      elb503: 1,
      elb504: 1,
      responseTime: [[bucketOf(0.25), 2]],
      responseTimeSum: 0.5,
    });
  });
});

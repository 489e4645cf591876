/** DORA's numbers from GitHub, over the wire: how much is asked, and that what is not whole is never a number. */
import { describe, expect, it } from 'vitest';
import { counts, github, line, measured, numbers, start } from './delivery.ts';

describe('ten thousand deployments', () => {
  it('take a request for each hundred of them, and one for each hundred commits', async () => {
    const startedAt = performance.now();
    const record = await measured(line(10_000), { days: 500 });
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `10,000 deployments, 10,000 commits: ${record.requests} requests, ${seconds.toFixed(1)} s from first request to numbers\n`,
    );
    expect(counts()).toEqual({ deployments: 100, history: 100, issues: 1 });
    expect(record.requests).toBe(201);
    expect(record.deployments).toHaveLength(10_000);
    expect(record.changes).toHaveLength(9_999);
    // Half an hour from the commit to the deployment, a minute until it succeeded.
    expect(record.metrics[0]).toMatchObject({ value: 31 * 60, n: 9_999, lower: 31 * 60, upper: 31 * 60 });
    expect(record.metrics[1]).toMatchObject({ value: 20, count: 10_000 });
    expect([...github().tokens]).toEqual(['Bearer secret']);
  });

  it('are not all read for a window of a month: back to what was live before it', async () => {
    const record = await measured(line(10_000), { days: 30 });
    // 673 deployments in 28 days, and 720 in the 30 days that one may have waited before.
    expect(counts()).toEqual({ deployments: 14, history: 7, issues: 1 });
    expect(record.deployments).toHaveLength(673);
    expect(record.changes).toHaveLength(673);
  });
});

describe('what is not whole is no number', () => {
  const limited = {
    status: 200,
    body: JSON.stringify({ data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }),
  };

  it.each([
    ['a spent limit', limited],
    [
      'a spent limit by status',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1793500000' }, body: '{}' },
    ],
    ['a secondary limit', { status: 403, headers: { 'retry-after': '60' }, body: '{}' }],
    ['too many requests', { status: 429, body: '' }],
  ])('%s on the third page leaves all five unknown', async (_name, instead) => {
    const fake = await start(line(1000));
    fake.disturb = (count) => (count >= 2 ? instead : undefined);
    const record = await measured(line(1000), { days: 500 });
    expect(numbers(record)).toEqual(Array.from({ length: 5 }, () => 'rate-limited'));
    expect(record.deployments).toEqual([]);
    expect(fake.asked).toHaveLength(3);
  });

  it('tells when the limit ends', async () => {
    const fake = await start(line(10));
    fake.disturb = () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1793500000' },
      body: '{}',
    });
    const record = await measured(line(10));
    expect(record.metrics[0]?.unknown?.message).toContain('until 2026-11-01T');
  });

  it('a limit on the last question, the incidents, leaves what needs them unknown', async () => {
    const fake = await start(line(300));
    fake.disturb = (_count, answer) => (JSON.stringify(answer).includes('"issues"') ? limited : undefined);
    const record = await measured(line(300));
    expect(numbers(record)).toEqual([31 * 60, 10, 'rate-limited', 'rate-limited', 'rate-limited']);
  });

  it.each<[string, (answer: unknown) => string]>([
    ['errors beside data', (answer) => JSON.stringify({ ...(answer as object), errors: [{ message: 'timedout' }] })],
    ['a null among the nodes', (answer) => JSON.stringify(answer).replace('"nodes":[{"id"', '"nodes":[null,{"id"')],
    [
      'a next page without a cursor',
      (answer) => JSON.stringify(answer).replace(/"endCursor":"\d+"/, '"endCursor":null'),
    ],
    ['half a body', (answer) => JSON.stringify(answer).slice(0, 1000)],
  ])('%s: partial-answer', async (_name, change) => {
    const fake = await start(line(300));
    fake.disturb = (count, answer) => (count === 1 ? { status: 200, body: change(answer) } : undefined);
    expect(new Set(numbers(await measured(line(300), { days: 500 })))).toEqual(new Set(['partial-answer']));
  });

  it('fewer deployments than GitHub speaks of: partial-answer', async () => {
    const fake = await start(line(150));
    fake.disturb = (count, answer) =>
      count === 0
        ? { status: 200, body: JSON.stringify(answer).replace('"totalCount":150', '"totalCount":151') }
        : undefined;
    expect(new Set(numbers(await measured(line(150), { days: 500 })))).toEqual(new Set(['partial-answer']));
  });

  it('a page that fails twice is asked for again; one that fails for good is unreachable', async () => {
    const fake = await start(line(300));
    fake.disturb = (count) => (count === 1 || count === 2 ? { status: 502, body: '' } : undefined);
    expect(numbers(await measured(line(300)))[1]).toBe(10);
    fake.disturb = () => ({ status: 502, body: '' });
    expect(new Set(numbers(await measured(line(300))))).toEqual(new Set(['unreachable']));
  });

  it('more requests than allowed: request-limit', async () => {
    const record = await measured(line(1000), { days: 500, mostRequests: 5 });
    expect(new Set(numbers(record))).toEqual(new Set(['request-limit']));
    expect(github().asked).toHaveLength(5);
  });

  it('a token that may not read is an error, not a number', async () => {
    const fake = await start(line(3));
    fake.disturb = () => ({ status: 401, body: '{"message":"Bad credentials"}' });
    await expect(measured(line(3))).rejects.toMatchObject({ code: 'github-refused' });
    fake.disturb = () => ({
      status: 200,
      body: JSON.stringify({ data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'no octo/shop' }] }),
    });
    await expect(measured(line(3))).rejects.toMatchObject({ code: 'github-refused' });
  });
});

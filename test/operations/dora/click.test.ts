/**
 * The releases of a real project, measured, and counted again by a few lines that share nothing with what measures: full sets of ancestors in
 * place of one walk over all releases.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CommitEvent, DeploymentEvent } from '../../../src/operations/dora/events.ts';
import { measure } from '../../../src/operations/dora/measure.ts';
import { delivery, metric } from './delivery.ts';

interface Commit {
  readonly authored: number;
  readonly parents: readonly number[];
  readonly reverts: readonly number[];
}

const lines = readFileSync(new URL('./click-history.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const commits: Commit[] = lines
  .filter((line) => !line.startsWith('tag '))
  .map((line, index) => {
    const [authored, parents = '-', reverts = 'r'] = line.split(' ');
    const above = (text: string) => (text === '' || text === '-' ? [] : text.split(',').map((n) => index - Number(n)));
    return { authored: Number(authored), parents: above(parents), reverts: above(reverts.slice(1)) };
  });
const tags = lines
  .filter((line) => line.startsWith('tag '))
  .map((line) => line.split(' '))
  .map(([, name = '', commit, at]) => ({ name, commit: Number(commit), at: Number(at) }))
  .filter(({ name }) => !/(a|b|rc)\d+$/.test(name));

/** The few lines. Seconds. */
function recount(from: number, to: number) {
  const ancestors = (start: number) => {
    const found = new Set([start]);
    for (const commit of found) {
      for (const parent of commits[commit]?.parents ?? []) {
        found.add(parent);
      }
    }
    return found;
  };
  const before = new Set<number>();
  const leads: number[] = [];
  let releases = 0;
  for (const { commit, at } of tags.toSorted((a, b) => a.at - b.at)) {
    const fresh = [...ancestors(commit)].filter((one) => !before.has(one));
    const first = before.size === 0;
    for (const one of fresh) {
      before.add(one);
    }
    if (at < from || at >= to || fresh.length === 0) {
      continue;
    }
    releases += 1;
    const undone = new Set(
      fresh.flatMap((one) =>
        (commits[one]?.reverts ?? []).flatMap((other) => (fresh.includes(other) ? [one, other] : [])),
      ),
    );
    for (const one of first ? [] : fresh) {
      const { authored = at, parents = [], reverts = [] } = commits[one] ?? {};
      if (parents.length < 2 && !undone.has(one) && reverts.length === 0 && authored <= at) {
        leads.push(at - authored);
      }
    }
  }
  leads.sort((a, b) => a - b);
  const middle = leads.length / 2;
  const median = ((leads[Math.ceil(middle) - 1] ?? Number.NaN) + (leads[Math.floor(middle)] ?? Number.NaN)) / 2;
  return { releases, changes: leads.length, median, perDay: releases / ((to - from) / 86_400) };
}

const events: CommitEvent[] = commits.map(({ authored, parents, reverts }, index) => ({
  sha: `c${index}`,
  parents: parents.map((parent) => `c${parent}`),
  authoredAt: authored * 1000,
  reverts: reverts.map((other) => `c${other}`),
}));
const deployments: DeploymentEvent[] = tags.map(({ name, commit, at }) => ({
  id: name,
  sha: `c${commit}`,
  createdAt: at * 1000,
  statuses: [{ state: 'success', at: at * 1000 }],
  release: true,
}));

describe('releases of pallets/click', () => {
  it.each([
    ['2014-04-01', '2026-09-01'],
    ['2024-02-05', '2026-11-01'],
    ['2021-01-01', '2022-01-01'],
    ['2025-05-01', '2025-06-01'],
  ])('from %s to %s: as counted by hand', (from, to) => {
    const window = { from: Date.parse(from), to: Date.parse(to) };
    const record = measure(
      delivery({ source: { kind: 'git', name: 'click' }, deployments, commits: events, incidents: [] }),
      { environment: 'releases', window, horizonSeconds: 86_400, now: Date.parse('2026-11-21'), confidence: 0.95 },
    );
    const expected = recount(window.from / 1000, window.to / 1000);
    expect(expected.releases).toBeGreaterThan(1);
    expect(record.deployments).toHaveLength(expected.releases);
    expect(metric(record, 'change-lead-time').n).toBe(expected.changes);
    expect(metric(record, 'change-lead-time').value).toBeCloseTo(expected.median, 3);
    expect(metric(record, 'deployment-frequency').value).toBeCloseTo(expected.perDay, 12);
  });

  it('of a thousand days are what git itself says (git log RELEASE --not EARLIER…, 2026-11-21)', () => {
    const window = { from: Date.parse('2024-02-05'), to: Date.parse('2026-11-01') };
    const record = measure(
      delivery({ source: { kind: 'git', name: 'click' }, deployments, commits: events, incidents: [] }),
      { environment: 'releases', window, horizonSeconds: 86_400, now: Date.parse('2026-11-21'), confidence: 0.95 },
    );
    expect(record.deployments).toHaveLength(12);
    // Tags such as 8.0.x, of where a line of releases ended, bring nothing.
    expect(record.excluded.find(({ code }) => code === 'released-before')?.ids).toEqual(
      expect.arrayContaining(['7.x', '8.0.x']),
    );
    expect(metric(record, 'deployment-rework-rate').value).toBe(0);
    expect(metric(record, 'change-lead-time')).toMatchObject({ value: 3_912_414, n: 623 });
  });
});

/** Deliveries for tests, written as people tell them: `c3` is the third commit, hours count from the start. */
import type { CommitEvent, Delivery, DeploymentEvent, IncidentEvent } from '../../../src/operations/dora/events.ts';
import { type MeasureRequest, measure } from '../../../src/operations/dora/measure.ts';
import type { DoraIndicator, DoraMetric, DoraRecord } from '../../../src/report/dora/record.ts';

export const START = Date.parse('2026-03-02T00:00:00Z');
export const hours = (count: number) => START + count * 3_600_000;

export function commit(sha: string, authored: number, more: Partial<CommitEvent> = {}): CommitEvent {
  return { sha, parents: [], authoredAt: hours(authored), reverts: [], ...more };
}

/** Commits in a line, an hour apart. */
export function line(count: number): CommitEvent[] {
  return Array.from({ length: count }, (_, index) =>
    commit(`c${index}`, index, index === 0 ? {} : { parents: [`c${index - 1}`] }),
  );
}

export function deployed(id: string, sha: string, at: number, more: Partial<DeploymentEvent> = {}): DeploymentEvent {
  return {
    id,
    sha,
    createdAt: hours(at) - 60_000,
    statuses: [
      { state: 'in_progress', at: hours(at) - 30_000 },
      { state: 'success', at: hours(at) },
    ],
    ...more,
  };
}

export function incident(id: string, opened: number, closed: number | null, more: Partial<IncidentEvent> = {}) {
  return { id, openedAt: hours(opened), closedAt: closed === null ? null : hours(closed), ...more };
}

export function delivery(parts: Partial<Delivery>): Delivery {
  return {
    source: { kind: 'github', name: 'octo/shop' },
    deployments: [],
    commits: [],
    incidents: [],
    excluded: [],
    caveats: [],
    tools: [],
    ...parts,
  };
}

/** Thirty days from the start, measured ten days later. */
export function measured(parts: Partial<Delivery>, request: Partial<MeasureRequest> = {}): DoraRecord {
  return measure(delivery(parts), {
    environment: 'production',
    window: { from: START, to: hours(720) },
    horizonSeconds: 86_400,
    now: hours(960),
    confidence: 0.95,
    ...request,
  });
}

export function metric(record: DoraRecord, indicator: DoraIndicator): DoraMetric {
  const found = record.metrics.find((one) => one.indicator === indicator);
  if (found === undefined) {
    throw new Error(`the record has no ${indicator}`);
  }
  return found;
}

/** Each number, or the code of why there is none. */
export function numbers(record: DoraRecord): Record<string, number | string | undefined> {
  return Object.fromEntries(record.metrics.map((one) => [one.indicator, one.value ?? one.unknown?.code]));
}

export function excludedIds(record: DoraRecord, code: string): readonly string[] | undefined {
  return record.excluded.find((one) => one.code === code)?.ids;
}

/** Ten days of line(60): deployments d0 (the first) to d5 of every tenth commit. */
export const weekly = {
  commits: line(60),
  deployments: [0, 10, 20, 30, 40, 50].map((commit, index) => deployed(`d${index}`, `c${commit}`, 100 + index * 50)),
};

import { describe, expect, it } from 'vitest';
import { RevisionJournal, readHead, readSecond } from '../../../src/measure/counting/revision-journal.ts';
import type { StreamEvent } from '../../../src/measure/counting/stream.ts';

const T = Date.UTC(2026, 0, 1) / 1000;
let id = 0;

/** A request from `from` to `to`, in seconds after T. */
function request(from: number, to: number, revision?: string, status = 200, code = 0): StreamEvent[] {
  id += 1;
  return [
    { kind: 'start', id, at: T + from },
    { kind: 'end', id, at: T + to, outcome: { status, code, revision } },
  ];
}

function journalOf(events: readonly StreamEvent[], thresholds: readonly number[] = [1]) {
  const lines: string[] = [];
  const journal = new RevisionJournal(thresholds, (line) => lines.push(line));
  for (const event of [...events].sort((a, b) => ('at' in a && 'at' in b ? a.at - b.at : 0))) {
    journal.take(event);
  }
  const early = lines.length - 1;
  journal.finish();
  return { lines, early, seconds: lines.slice(1).map((line) => readSecond(line)) };
}

describe('the journal of a load', () => {
  it('counts each request in the second of its end, for the revision that answered', () => {
    const { lines, seconds } = journalOf([
      ...request(0.1, 0.3, 'web:1'),
      ...request(0.2, 1.4, 'web:2', 500),
      ...request(0.3, 1.6, 'web:2'),
      ...request(0.4, 1.7, undefined, 0, 1220),
    ]);
    expect(readHead(lines[0] ?? '')).toEqual({ journal: 'surefoot/load-journal/v1', slowerThanSeconds: [1] });
    expect(seconds).toEqual([
      {
        at: new Date(T * 1000).toISOString(),
        revisions: { 'web:1': { requests: 1, errors: 0, slow: [0] } },
        unnamed: { requests: 0, errors: 0, slow: [0] },
      },
      {
        at: new Date((T + 1) * 1000).toISOString(),
        revisions: { 'web:2': { requests: 2, errors: 1, slow: [2] } },
        unnamed: { requests: 1, errors: 1, slow: [1] },
      },
    ]);
  });

  it('writes a second once it is over, and also one in which nothing ended', () => {
    const { early, seconds } = journalOf([...request(0.1, 0.2, 'web:1'), ...request(0.3, 4.5, 'web:1')]);
    // Seconds 0 to 2 are surely over at 4.5, with a second of slack.
    expect(early).toBe(3);
    expect(seconds.map((second) => second?.revisions['web:1']?.requests ?? 0)).toEqual([1, 0, 0, 0, 1]);
  });

  it('loses no request that comes late', () => {
    const [start, end] = request(0.1, 0.9, 'web:1');
    const lines: string[] = [];
    const journal = new RevisionJournal([], (line) => lines.push(line));
    for (const event of [start, ...request(0.2, 5, 'web:1'), end]) {
      journal.take(event as StreamEvent);
    }
    journal.finish();
    const total = lines.slice(1).reduce((sum, line) => sum + (readSecond(line)?.revisions['web:1']?.requests ?? 0), 0);
    expect(total).toBe(2);
  });

  it('is only its head when there was no request', () => {
    expect(journalOf([]).lines).toHaveLength(1);
  });
});

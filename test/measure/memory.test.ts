/** An hour of load in little: what is read, counted and journalled must not stay, but for the second it is counted in. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { LoadBooks } from '../../src/measure/counting/accounting.ts';
import { RecentLatency } from '../../src/measure/counting/recent-latency.ts';
import { RevisionJournal } from '../../src/measure/counting/revision-journal.ts';
import { StreamReader } from '../../src/measure/counting/stream.ts';
import { constantShape, planShape } from '../../src/measure/shape-plan.ts';
import { totalsOf } from '../../src/report/evidence.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ORIGIN = Date.UTC(2026, 10, 21) / 1000;
const RATE = 1000;
const SECONDS = 160;
/** What a second may leave: its counts and histograms take 3 to 4 KiB. A number kept of each of its requests would take more than all of this. */
const MOST_PER_SECOND = 16 * 1024;

/** Lines as k6 2.2.0 writes them for a second of the load, with two of those that are passed over. */
function secondOfStream(second: number): Buffer {
  const lines: string[] = [];
  for (let index = 0; index < RATE; index += 1) {
    const id = second * RATE + index;
    const from = second + (index + 1) / RATE;
    // From 5 ms to 0.2 s; one in fifty fails.
    const to = from + 0.005 + 0.195 * ((index * 37) % 100) ** 2 * 1e-4;
    const status = index % 50 === 7 ? 503 : 200;
    lines.push(
      line('sf_start', from, id, ''),
      line('http_reqs', to, 1, ''),
      line('http_req_duration', to, (to - from) * 1000, ''),
      line('sf_end', to, id, `"code":"${status === 200 ? 0 : 1503}","status":"${status}","revision":"web:${id % 2}"`),
    );
  }
  return Buffer.from(lines.join(''));
}

function line(metric: string, at: number, value: number, tags: string): string {
  const time = `${new Date((ORIGIN + at) * 1000).toISOString().slice(0, -1)}417Z`;
  return `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${value},"tags":{${tags}}}}\n`;
}

function liveHeap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

it('holds memory flat but for the second’s own counts, whatever the rate', () => {
  const plan = planShape({ shape: constantShape({ rate: RATE, maxSeconds: SECONDS }), timeoutSeconds: 1 });
  const books = new LoadBooks(plan);
  const recent = new RecentLatency(5);
  let journalled = 0;
  const journal = new RevisionJournal([0.1], () => {
    journalled += 1;
  });
  const reader = new StreamReader((event) => {
    journal.take(event);
    const seconds = books.take(event);
    if (seconds !== undefined) {
      recent.add(seconds, books.watermark);
    }
  });
  reader.push(Buffer.from(line('sf_origin', 0, ORIGIN * 1000, '')));
  const heaps: number[] = [];
  for (let second = 0; second < SECONDS; second += 1) {
    const bytes = secondOfStream(second);
    // Cut as a pipe cuts, 64 KiB at a time.
    for (let at = 0; at < bytes.length; at += 65_536) {
      reader.push(bytes.subarray(at, at + 65_536));
    }
    if ((second + 1) % (SECONDS / 4) === 0) {
      heaps.push(liveHeap());
    }
  }
  reader.finish();
  journal.finish();

  const [, early = 0, , late = 0] = heaps;
  expect((late - early) / (SECONDS / 2)).toBeLessThan(MOST_PER_SECOND);
  // And all of it was counted.
  const { bins, contradictions, unseen } = books.close({ planned: plan.arrivals, unseen: 'dropped' });
  expect({ contradictions, unseen, bins: bins.length }).toEqual({ contradictions: 0, unseen: 0, bins: SECONDS });
  const failed = (SECONDS * RATE) / 50;
  expect(totalsOf(bins)).toMatchObject({ planned: SECONDS * RATE, ok: SECONDS * RATE - failed, failed });
  expect(journalled).toBeGreaterThanOrEqual(SECONDS);
});

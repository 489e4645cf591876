/** A part of a load from k6's own samples: which part it is, and what is missing of it. */
import { describe, expect, it } from 'vitest';
import { readPartOutput } from '../../../src/measure/segments/output.ts';
import type { ShapedLoad } from '../../../src/measure/types.ts';
import { loadSchema } from '../../../src/report/evidence.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const OF = 2;
const RATE = 10;
const SECONDS = 4;
const load: ShapedLoad = {
  name: 'parts',
  url: 'http://127.0.0.1/',
  timeoutSeconds: 1,
  shape: { startRate: RATE, stages: [{ seconds: SECONDS, rate: RATE }] },
};

function line(metric: string, value: number, atMs: number, tags: Record<string, string> = {}): string {
  const time = new Date(START + atMs).toISOString();
  return `${JSON.stringify({ metric, type: 'Point', data: { time, value, tags } })}\n`;
}

/** What the second of two parts writes: arrivals 1, 3, 5, …, each due when the area under the rate reaches its number plus one. */
function linesOf({ arrivals = 20, endless = -1 } = {}): string[] {
  const numbers = Array.from({ length: arrivals }, (_, index) => 1 + index * OF);
  return [
    line('sf_origin', START, 0, { plan: 'abc' }),
    ...numbers.flatMap((number) => {
      const dueMs = ((number + 1) * 1000) / RATE;
      const start = line('sf_start', number, dueMs);
      return number === endless ? [start] : [start, line('sf_end', number, dueMs + 20, { status: '200', code: '0' })];
    }),
  ];
}

async function* chunks(text: string, size = 100): AsyncIterable<Buffer> {
  for (let from = 0; from < text.length; from += size) {
    yield Buffer.from(text.slice(from, from + size));
  }
}

const read = (lines: readonly string[], of = OF) => readPartOutput(chunks(lines.join('')), load, of, 'part.json.gz');

describe('what k6 wrote of a part', () => {
  it('is counted as the part that its numbers say, each request in its second', async () => {
    const { record, plan } = await read(['{"type":"Metric","metric":"http_reqs"}\n', ...linesOf()]);
    expect(loadSchema.parse(record).segment).toEqual({ index: 1, of: OF });
    expect(plan).toBe('abc');
    expect(record.totals).toEqual({ planned: 20, ok: 20, failed: 0, dropped: 0, interrupted: 0 });
    expect(record.bins.map(({ planned }) => planned)).toEqual([5, 5, 5, 5]);
    expect([record.judgedUntilSecond, record.generator.problems]).toEqual([SECONDS, []]);
    expect(record.generator).toMatchObject({ cpu: null, exit: 'not known: counted from what k6 wrote' });
  });

  it('is doubted where it ends before its plan, and judged no further than requests could end', async () => {
    const { record } = await read(linesOf({ arrivals: 15 }));
    expect(record.generator.problems.map(({ code }) => code)).toContain('part-cut-short');
    expect(record.judgedUntilSecond).toBe(1);
  });

  it('is doubted where a request has no end', async () => {
    const { record } = await read(linesOf({ endless: 7 }));
    expect(record.totals).toMatchObject({ ok: 19, interrupted: 1 });
    expect(record.generator.problems.map(({ code }) => code)).toEqual(['judged-interrupted']);
  });

  it('is refused where it is of several parts, or of no exported load', async () => {
    const mixed = [...linesOf(), line('sf_start', 4, 2000)];
    await expect(read(mixed)).rejects.toThrow('has requests of part 2/2 and of part 1/2: it is not one of 2 parts');
    await expect(read(linesOf(), 3)).rejects.toThrow('it is not one of 3 parts');
    await expect(read([line('http_reqs', 1, 0)])).rejects.toThrow('holds no samples of a load that');
  });
});

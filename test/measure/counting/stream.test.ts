import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine, type StreamEvent, StreamReader } from '../../../src/measure/counting/stream.ts';

/** Lines as k6 2.2.0 wrote them. */
const START =
  '{"metric":"sf_start","type":"Point","data":{"time":"2026-11-21T03:43:50.117477804Z","value":1,"tags":{}}}';
const END =
  '{"metric":"sf_end","type":"Point","data":{"time":"2026-11-21T03:43:50.118735406Z","value":1,"tags":{"code":"1503","status":"503","revision":"r-2"}}}';
const ORIGIN =
  '{"metric":"sf_origin","type":"Point","data":{"time":"2026-11-21T03:43:50.117Z","value":1795232630117,"tags":{}}}';
const DROP =
  '{"metric":"dropped_iterations","type":"Point","data":{"time":"2026-11-21T03:43:50.5Z","value":1,"tags":{"scenario":"load"}}}';
const NOISE = [
  '{"type":"Metric","data":{"name":"sf_start","type":"gauge","contains":"default","thresholds":[],"submetrics":null},"metric":"sf_start"}',
  '{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-21T03:43:19.731652331Z","value":1,"tags":{}}}',
  '{"metric":"data_sent","type":"Point","data":{"time":"2026-11-21T03:43:19.731652331Z","value":80,"tags":{}}}',
];

function read(chunks: readonly Buffer[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const reader = new StreamReader((event) => events.push(event));
  for (const chunk of chunks) {
    reader.push(chunk);
  }
  reader.finish();
  return events;
}

describe('a line of the stream', () => {
  it('keeps the microseconds of its stamp', () => {
    const at = Date.UTC(2026, 10, 21, 3, 43, 50) / 1000;
    const start = parseLine(START);
    const end = parseLine(END);
    expect(start).toMatchObject({ kind: 'start', id: 1 });
    expect(end).toMatchObject({ kind: 'end', id: 1, outcome: { status: 503, code: 1503, revision: 'r-2' } });
    expect(start?.kind === 'start' && start.at - at).toBeCloseTo(0.117477804, 6);
    expect(parseLine(ORIGIN)).toEqual({ kind: 'origin', at: 1795232630.117 });
    expect(parseLine(DROP)).toEqual({ kind: 'drop', count: 1, at: at + 0.5 });
  });

  it('may carry an offset or whole seconds', () => {
    const moved = START.replace('03:43:50.117477804Z', '04:43:50.25+01:00');
    expect(parseLine(moved)).toMatchObject({ at: Date.UTC(2026, 10, 21, 3, 43, 50, 250) / 1000 });
    const whole = START.replace('50.117477804Z', '50Z');
    expect(parseLine(whole)).toMatchObject({ at: Date.UTC(2026, 10, 21, 3, 43, 50) / 1000 });
  });

  it('that is not understood is said to be so', () => {
    for (const line of [
      '{"metric":"sf_',
      '{"metric":"sf_start","data":{}}',
      '{"metric":"sf_new","type":"Point"}',
      'null',
    ]) {
      expect(parseLine(line)).toBeUndefined();
    }
    expect(read([Buffer.from('{"metric":"sf_start","type":"Po\n')])).toEqual([
      { kind: 'unreadable', line: '{"metric":"sf_start","type":"Po' },
    ]);
  });
});

describe('the stream', () => {
  const text = Buffer.from(`${[NOISE[0], ORIGIN, START, ...NOISE.slice(1), END, NOISE[1], DROP].join('\n')}\n`);
  const expected = [ORIGIN, START, END, DROP].map(parseLine);

  it('gives the same events wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(read(at.slice(1).map((end, index) => text.subarray(at[index] ?? 0, end)))).toEqual(expected);
      }),
    );
  });

  it('counts a line that was cut off at its end as unreadable', () => {
    expect(read([text, Buffer.from(START.slice(0, 50))]).at(-1)?.kind).toBe('unreadable');
  });

  it('skips a line without end instead of keeping it', () => {
    const events = read([Buffer.alloc(1 << 20, 'x'), Buffer.alloc(1 << 20, 'x'), Buffer.from(`\n${START}\n`)]);
    expect(events.map((event) => event.kind)).toEqual(['unreadable', 'start']);
  });

  it('keeps the memory of a slow reader bounded: what was not read stays with the writer', async () => {
    const blocks = 300;
    const block = `${NOISE.slice(1).join('\n')}\n${START}\n`.repeat(400);
    const writer = spawn(process.execPath, ['-e', WRITER, String(blocks)], { stdio: ['pipe', 'pipe', 'inherit'] });
    writer.stdin.end(block);
    let events = 0;
    let most = 0;
    const reader = new StreamReader(() => {
      events += 1;
    });
    const before = process.memoryUsage();
    writer.stdout.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      blockFor(2);
      const now = process.memoryUsage();
      most = Math.max(most, now.arrayBuffers - before.arrayBuffers);
    });
    await once(writer, 'close');
    expect(events).toBe(blocks * 400);
    // About 36 MB went through the pipe.
    expect(most).toBeLessThan(12 * 1024 * 1024);
  });
});

/** Writes what it reads as often as it is told, as fast as the pipe takes it. */
const WRITER = `
  const block = require('node:fs').readFileSync(0);
  let left = Number(process.argv[1]);
  const write = () => { while (left > 0) { left -= 1; if (!process.stdout.write(block)) return process.stdout.once('drain', write); } };
  write();
`;

/** Holds up this thread, as a busy program would. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

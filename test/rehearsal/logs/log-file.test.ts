import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile, READ_LIMIT, splitLines, timeOf } from '../../../src/rehearsal/logs/log-file.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'surefoot-logs-'));
  file = path.join(folder, 'task-app.log');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const WHOLE = { startsLine: true, endsLine: true };
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

describe('lines of a log file', () => {
  it('are cut at line breaks of both kinds; empty ones are no events', () => {
    const lines = splitLines(Buffer.from('one\r\n\ntwo é\nthree'), 100, WHOLE);
    expect(lines).toEqual([
      { start: 100, end: 105, text: 'one' },
      { start: 106, end: 113, text: 'two é' },
      { start: 113, end: 118, text: 'three' },
    ]);
  });

  it('leave out a part of a line at a cut side, unless there is nothing else', () => {
    const bytes = Buffer.from('rest\nwhole\npar');
    expect(texts(splitLines(bytes, 0, { startsLine: false, endsLine: true }))).toEqual(['whole', 'par']);
    expect(texts(splitLines(bytes, 0, { startsLine: true, endsLine: false }))).toEqual(['rest', 'whole']);
    expect(texts(splitLines(Buffer.from('middle'), 0, { startsLine: false, endsLine: false }))).toEqual(['middle']);
  });

  it('are the same however the file is cut into two at a line', () => {
    const line = fc.string({ minLength: 1 }).map((text) => `${text.replace(/[\r\n]/g, '')}x`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(), (all, seed) => {
        const cut = Buffer.byteLength(
          all
            .slice(0, seed % all.length)
            .map((text) => `${text}\n`)
            .join(''),
        );
        const bytes = Buffer.from(all.map((text) => `${text}\n`).join(''));
        const both = [...splitLines(bytes.subarray(0, cut), 0, WHOLE), ...splitLines(bytes.subarray(cut), cut, WHOLE)];
        expect(texts(both)).toEqual(all);
        expect(both).toEqual(splitLines(bytes, 0, WHOLE));
      }),
    );
  });
});

describe('a log file', () => {
  const read = (log: LogFile, ended: boolean) =>
    log.read(ended, async (reading) => ({
      marks: reading.marks,
      lines: await reading.lines(0, reading.marks.at(-1)?.end ?? 0, 'head'),
    }));

  it('that does not exist has no lines', async () => {
    expect(await read(new LogFile(file), false)).toEqual({ marks: [], lines: [] });
  });

  it('holds back a line that is still being written until it ends, or the container does', async () => {
    const log = new LogFile(file);
    await writeFile(file, 'done\nhalf');
    expect(texts((await read(log, false)).lines)).toEqual(['done']);
    expect(texts((await read(log, true)).lines)).toEqual(['done', 'half']);
  });

  it('gives lines the time of the last write when they were first seen, and keeps it', async () => {
    const log = new LogFile(file);
    await writeFile(file, 'one\ntwo\n');
    await utimes(file, 1000, 1000);
    await read(log, false);
    await appendFile(file, 'three\n');
    await utimes(file, 2000, 2000);
    const { marks, lines } = await read(log, false);
    expect(lines.map(({ text, end }) => [text, timeOf(marks, end)])).toEqual([
      ['one', 1_000_000],
      ['two', 1_000_000],
      ['three', 2_000_000],
    ]);
  });

  it('followed for long keeps its newest times; older lines get the oldest of these, never an earlier one', async () => {
    const log = new LogFile(file, 2);
    for (const second of [1000, 2000, 3000, 4000]) {
      await appendFile(file, `${second}\n`);
      await utimes(file, second, second);
      await read(log, false);
    }
    const { marks, lines } = await read(log, false);
    expect(marks).toHaveLength(2);
    expect(lines.map(({ text, end }) => [text, timeOf(marks, end)])).toEqual([
      ['1000', 3_000_000],
      ['2000', 3_000_000],
      ['3000', 3_000_000],
      ['4000', 4_000_000],
    ]);
  });

  it('is read by at most a megabyte from either side, on whole lines', async () => {
    const line = `${'x'.repeat(999)}\n`;
    await writeFile(file, line.repeat(2000));
    await new LogFile(file).read(false, async (reading) => {
      const size = 2_000_000;
      const head = await reading.lines(0, size, 'head');
      const tail = await reading.lines(0, size, 'tail');
      expect([head.length, tail.length]).toEqual([1048, 1048]);
      expect([head[0]?.start, tail.at(-1)?.end]).toEqual([0, size]);
      expect((tail[0]?.start ?? 1) % 1000).toBe(0);
    });
  });

  it('shows a line longer than a megabyte in parts', async () => {
    await writeFile(file, 'y'.repeat(READ_LIMIT + 10));
    await new LogFile(file).read(false, async (reading) => {
      const end = reading.marks.at(-1)?.end ?? 0;
      const [first] = await reading.lines(0, end, 'head');
      const [second] = await reading.lines(first?.end ?? 0, end, 'head');
      expect([first?.text.length, second?.text.length]).toEqual([READ_LIMIT, 10]);
    });
  });
});

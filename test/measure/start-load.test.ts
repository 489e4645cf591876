import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { latencyQuantile, totalsUntil } from '../../src/measure/objective.ts';
import { startLoad } from '../../src/measure/start-load.ts';
import type { ConstantLoad, LoadProgress, RunningLoad } from '../../src/measure/types.ts';
import { type LoadRecord, loadSchema } from '../../src/report/evidence.ts';
import { describeWithK6, K6 } from './k6.ts';
import { nobodyListens, serveHttp, serveTcp, type TestServer } from './servers.ts';

let workDirectory: string;

beforeAll(async () => {
  workDirectory = await mkdtemp(path.join(tmpdir(), 'measure-'));
});

afterAll(() => rm(workDirectory, { recursive: true, force: true }));

function start(load: Partial<ConstantLoad> & { url: string }, extra: object = {}): Promise<RunningLoad> {
  const whole = { name: 'test', rate: 50, timeoutSeconds: 1, maxSeconds: 3, ...load };
  return startLoad({ k6: K6, workDirectory, load: whole, ...extra });
}

function keep<T extends { close(): Promise<void> }>(server: T): T {
  onTestFinished(() => server.close());
  return server;
}

/** The schema refuses a record whose counts do not add up. */
function valid(record: LoadRecord): LoadRecord {
  return loadSchema.parse(record);
}

function idsOf(server: TestServer): number[] {
  return server.log.map((request) => Number(request.id.split('-')[1])).sort((a, b) => a - b);
}

const answerOk = (_: IncomingMessage, response: ServerResponse): number => {
  response.end();
  return 200;
};

/** Sleeps until `seconds` after the first arrival, however late we heard of it. */
async function secondsInto(run: RunningLoad, seconds: number): Promise<void> {
  const started = await run.startedAt;
  await sleep(Math.max(0, started.getTime() + seconds * 1000 - Date.now()));
}

/** Every outcome is of a request that the server saw; of those interrupted at the end some may never have reached it. */
function expectAgreement(record: LoadRecord, server: TestServer): void {
  const { ok, failed, interrupted } = record.totals;
  expect(server.log.length).toBeGreaterThanOrEqual(ok + failed);
  expect(server.log.length).toBeLessThanOrEqual(ok + failed + interrupted);
  expect(new Set(server.log.map((request) => request.id)).size).toBe(server.log.length);
}

const problemsOf = (record: LoadRecord) => record.generator.problems.map((problem) => problem.code);

/** The pid of the k6 that runs our script in this test's work directory. */
function pidOfK6(): number {
  const pids = execFileSync('pgrep', ['-f', path.join(workDirectory, 'k6-config.json')], { encoding: 'utf8' });
  return Number(pids.split('\n')[0]);
}

describeWithK6('a load that runs to its end', () => {
  it('makes exactly rate × seconds requests, and agrees with the log of the server', async () => {
    const server = keep(
      await serveHttp((_, response, index) => {
        const status = index % 10 === 3 ? 500 : index % 10 === 7 ? 302 : 200;
        response.writeHead(status, { 'x-surefoot-revision': index < 400 ? 'blue' : 'green', location: '/elsewhere' });
        response.end('an answer');
        return status;
      }),
    );
    const progress: LoadProgress[] = [];
    const onProgress = (line: LoadProgress) => progress.push(line);
    const run = await start({ url: server.url, rate: 100, maxSeconds: 10 }, { onProgress });
    const record = valid(await run.done);

    expect(record.totals).toEqual({ planned: 1000, ok: 900, failed: 100, dropped: 0, interrupted: 0 });
    expect(idsOf(server)).toEqual(Array.from({ length: 1000 }, (_, id) => id));
    expect(record.bins).toHaveLength(10);
    expect(record.judgedUntilSecond).toBe(10);
    expect(record.generator).toMatchObject({ exit: '0 (own end)', problems: [] });

    // Second by second: the server's log, told apart by number, has the same failures and revisions.
    for (const bin of record.bins) {
      const here = server.log.filter((request) => Math.floor(Number(request.id.split('-')[1]) / 100) === bin.second);
      expect(bin.planned).toBe(100);
      expect(bin.failed).toEqual({ 'http-500': here.filter((request) => request.status === 500).length });
      expect(bin.ok).toBe(here.filter((request) => request.status !== 500).length);
    }
    const blue = record.bins.reduce((sum, bin) => sum + (bin.byRevision?.['blue'] ?? 0), 0);
    const green = record.bins.reduce((sum, bin) => sum + (bin.byRevision?.['green'] ?? 0), 0);
    expect([blue, green]).toEqual([360, 540]);

    const startedAt = (await run.startedAt).getTime() / 1000;
    expect(Math.abs((server.log[0]?.at ?? 0) - startedAt)).toBeLessThan(1);
    expect(progress.length).toBeGreaterThanOrEqual(9);
    const last = progress.at(-1);
    expect(last && last.ok + last.failed + last.dropped + last.inFlight).toBe(last?.planned);
    expect(last?.p50).toBeGreaterThan(0);
  }, 120_000);

  it('measures the time that a request takes', async () => {
    const server = keep(
      await serveHttp((_, response) => {
        setTimeout(() => response.end('late'), 300);
        return 200;
      }),
    );
    const record = valid(await (await start({ url: server.url, rate: 20, maxSeconds: 2 })).done);
    expect(record.totals.ok).toBe(40);
    expect(latencyQuantile(record, 0.5)).toBeGreaterThan(0.29);
    // In seconds from its own start: 40 requests, one after another, would take 12 s.
    expect(latencyQuantile(record, 0.5)).toBeLessThan(1);
  });

  it('sends method, headers and body, each request with an id of its own', async () => {
    const seen: string[] = [];
    const server = keep(
      await serveHttp((request, response) => {
        request.setEncoding('utf8').on('data', (body: string) => {
          seen.push(`${request.method} ${request.headers['x-tenant']} ${body}`);
        });
        request.on('end', () => response.end());
        return 200;
      }),
    );
    const load = { method: 'POST', headers: { 'X-Tenant': 'a b"c' }, body: '{"n":1}' } as const;
    const record = valid(await (await start({ url: server.url, rate: 5, maxSeconds: 2, ...load })).done);
    expect(record.totals.ok).toBe(10);
    expect(seen).toEqual(Array.from({ length: 10 }, () => 'POST a b"c {"n":1}'));
    expect(new Set(server.log.map((request) => request.id)).size).toBe(10);
  });
});

describeWithK6('a failing service', () => {
  it('that accepts and never answers costs every request its time-out, and no request is lost count of', async () => {
    const server = keep(await serveTcp(() => undefined));
    const record = valid(await (await start({ url: server.url })).done);
    expect(record.totals).toEqual({ planned: 150, ok: 0, failed: 150, dropped: 0, interrupted: 0 });
    expect(record.bins.map((bin) => bin.failed)).toEqual(Array.from({ length: 3 }, () => ({ timeout: 50 })));
    expect(record.generator.problems).toEqual([]);
  });

  it('that stops half-way fails from that second on, by the planned time and not by that of the time-out', async () => {
    let first: number | undefined;
    const server = keep(
      await serveHttp((_, response) => {
        first ??= Date.now();
        if (Date.now() - first < 2000) {
          response.end();
        }
        return 200;
      }),
    );
    const record = valid(await (await start({ url: server.url, maxSeconds: 4 })).done);
    const failed = record.bins.map((bin) => bin.failed['timeout'] ?? 0);
    expect(failed[0]).toBe(0);
    expect(failed[3]).toBe(50);
    expect(record.totals.ok + record.totals.failed).toBe(200);
    // Answered for 2 s at 50/s, the border blurred by the start of k6 and of the server.
    expect(Math.abs(record.totals.ok - 100)).toBeLessThan(25);
  });

  it.each([
    ['refused', () => nobodyListens().then((url) => ({ url, close: () => Promise.resolve() }))],
    ['eof', () => serveTcp((socket) => socket.once('data', () => socket.end()))],
    ['reset', () => serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()))],
    ['malformed', () => serveTcp((socket) => socket.once('data', () => socket.end('nonsense\r\n\r\n')))],
    [
      'tls',
      () =>
        serveHttp(answerOk).then((s) => ({
          ...s,
          url: s.url.replace('http:', 'https:'),
        })),
    ],
    ['dns', () => Promise.resolve({ url: 'http://no-such-name.invalid/', close: () => Promise.resolve() })],
    [
      'eof',
      // The head and half of the body: a status of 200 alone is no success.
      () =>
        serveTcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'))),
    ],
  ])('is counted as %s', async (kind, serve) => {
    const server = keep(await serve());
    const record = valid(await (await start({ url: server.url, rate: 10, maxSeconds: 2 })).done);
    expect(record.totals).toEqual({ planned: 20, ok: 0, failed: 20, dropped: 0, interrupted: 0 });
    expect(record.bins.map((bin) => bin.failed)).toEqual([{ [kind]: 10 }, { [kind]: 10 }]);
    expect(record.bins.flatMap((bin) => bin.latency)).toEqual([]);
  });
});

describeWithK6('a generator in trouble', () => {
  it('that is held up has to catch up with too few virtual users: it drops, says so, and still adds up', async () => {
    const server = keep(await serveHttp(answerOk));
    const run = await start({ url: server.url, rate: 200, maxSeconds: 60, timeoutSeconds: 0.1 });
    await run.startedAt;
    const pid = pidOfK6();
    await secondsInto(run, 0.8);
    process.kill(pid, 'SIGSTOP');
    await sleep(1500);
    process.kill(pid, 'SIGCONT');
    await secondsInto(run, 4.1);
    const record = valid(await run.finish());
    expect(record.bins.slice(0, 4).map((bin) => bin.planned)).toEqual([200, 200, 200, 200]);
    expect(record.generator.latenessMax).toBeGreaterThan(1);
    expect(record.totals.dropped).toBeGreaterThan(0);
    expect(problemsOf(record).sort()).toEqual(['generator-dropped', 'generator-late']);
    // A tenth of a second is over before some of the requests of a process that is held up have left it.
    const { ok, failed, interrupted } = record.totals;
    const arrived = new Set(server.log.map(({ id }) => id)).size;
    expect(arrived).toBe(server.log.length);
    expect(arrived).toBeGreaterThanOrEqual(ok);
    expect(arrived).toBeLessThanOrEqual(ok + failed + interrupted);
  });

  it('that drops to the very end does not make up for it beyond the plan', async () => {
    const server = keep(
      await serveHttp((_, response) => {
        setTimeout(() => response.end(), 200);
        return 200;
      }),
    );
    const shape = { startRate: 100, stages: [{ seconds: 2, rate: 100 }] };
    const load = { name: 'few', url: server.url, timeoutSeconds: 1, shape, virtualUsers: 10 };
    const run = await startLoad({ k6: K6, workDirectory, load });
    const record = valid(await run.done);
    expect(record.totals.planned).toBe(200);
    expect(record.bins.at(-1)?.dropped).toBeGreaterThan(0);
    expect(server.log.length).toBe(record.totals.ok + record.totals.failed);
    expect(problemsOf(record)).toContain('generator-dropped');
    expect(problemsOf(record)).not.toContain('planned-mismatch');
  });

  it('that is killed leaves a whole record which says so', async () => {
    const server = keep(await serveHttp(answerOk));
    const run = await start({ url: server.url, rate: 100, maxSeconds: 30 });
    const started = await run.startedAt;
    const pid = pidOfK6();
    await secondsInto(run, 3.3);
    const lived = (Date.now() - started.getTime()) / 1000;
    process.kill(pid, 'SIGKILL');
    const record = valid(await run.done);
    expect(problemsOf(record)).toEqual(['k6-killed']);
    expect(record.generator.exit).toBe('SIGKILL');
    // Every arrival due until its death is accounted for; what k6 had not written is interrupted, not forgotten.
    expect(Math.abs(record.totals.planned - 100 * lived)).toBeLessThan(50);
    expect(record.totals.interrupted).toBeGreaterThan(0);
    expect(record.totals.ok + record.totals.interrupted).toBe(record.totals.planned);
    // Judged is only what could end in time: 3.3 s less the time-out of 1 s and a second for k6's buffer.
    expect(record.judgedUntilSecond).toBe(1);
    expect(totalsUntil(record, record.judgedUntilSecond)).toMatchObject({ ok: 100, interrupted: 0 });
  });

  it('that never begins is an error, with what k6 said', async () => {
    const load = { name: 'test', url: 'http://127.0.0.1:1/', rate: 5, timeoutSeconds: 1, maxSeconds: 2 };
    await expect(startLoad({ k6: '/nowhere/k6', workDirectory, load })).rejects.toThrow(
      'k6 could not be started from /nowhere/k6',
    );
    const notK6 = await startLoad({ k6: '/bin/false', workDirectory, load });
    await expect(notK6.done).rejects.toThrow('The load never began: k6 ended with exit code 1');
    await expect(notK6.startedAt).rejects.toThrow('The load never began');
    await expect(notK6.finish()).rejects.toThrow('The load never began');
  });

  it('whose script throws in every iteration is an error, though k6 itself ends with 0', async () => {
    // Real k6, but with another script than the one it is given: the last argument.
    const script = path.join(workDirectory, 'throws.js');
    const options =
      '{ scenarios: { load: { executor: "constant-arrival-rate", rate: 5, duration: "1s", preAllocatedVUs: 2 } } }';
    await writeFile(
      script,
      `export const options = ${options};\nexport default () => { throw new Error('out of order'); };\n`,
    );
    const wrapper = path.join(workDirectory, 'other-script');
    await writeFile(wrapper, `#!/bin/bash\nexec ${K6} "\${@:1:$#-1}" ${script}\n`);
    await chmod(wrapper, 0o755);
    const load = { name: 'test', url: 'http://127.0.0.1:1/', rate: 5, timeoutSeconds: 1, maxSeconds: 2 };
    const run = await startLoad({ k6: wrapper, workDirectory, load });
    await expect(run.done).rejects.toThrow(/The load never began: k6 ended with 0 \(own end\): Error: out of order/);
  });
});

describeWithK6('a load that is ended early', () => {
  it('by finish() has all of its judged requests, though the slow ones end later', async () => {
    const server = keep(
      await serveHttp((_, response) => {
        setTimeout(() => response.end(), 700);
        return 200;
      }),
    );
    const run = await start({ url: server.url, timeoutSeconds: 2, maxSeconds: 60 });
    await secondsInto(run, 2.5);
    const record = valid(await run.finish());
    expect(record.judgedUntilSecond).toBe(2);
    expect(totalsUntil(record, 2)).toEqual({ planned: 100, ok: 100, failed: 0, dropped: 0, interrupted: 0 });
    expect(record.generator).toMatchObject({ exit: '105 (stopped by surefoot)', problems: [] });
    // Those in flight at the end were cut off, and are counted as that.
    const tail = record.bins.filter((bin) => bin.second >= 2).reduce((sum, bin) => sum + bin.interrupted, 0);
    expect(tail).toBeGreaterThan(0);
    expectAgreement(record, server);
    expect(await run.finish()).toBe(await run.done);
  });

  it('by finish() waits for one time-out when nothing is answered', async () => {
    const server = keep(await serveTcp(() => undefined));
    const run = await start({ url: server.url, maxSeconds: 60 });
    await secondsInto(run, 1.2);
    const record = valid(await run.finish());
    expect(record.judgedUntilSecond).toBe(1);
    expect(totalsUntil(record, 1)).toEqual({ planned: 50, ok: 0, failed: 50, dropped: 0, interrupted: 0 });
    expect(problemsOf(record)).toEqual([]);
  });

  it('by abort() or a signal stops at once and is judged as far as its requests could end', async () => {
    const server = keep(await serveHttp(answerOk));
    const controller = new AbortController();
    const run = await start({ url: server.url, maxSeconds: 60 }, { signal: controller.signal });
    await secondsInto(run, 3.3);
    controller.abort();
    const record = valid(await run.done);
    expect(record.judgedUntilSecond).toBe(1);
    expectAgreement(record, server);
    expect(Math.abs(record.totals.planned - 166)).toBeLessThan(34);
  });

  it('by the death of surefoot does not leave k6 behind', async () => {
    const server = keep(await serveHttp(answerOk));
    const own = await mkdtemp(path.join(tmpdir(), 'orphan-'));
    onTestFinished(() => rm(own, { recursive: true, force: true }));
    const running = () => {
      try {
        return execFileSync('pgrep', ['-f', path.join(own, 'k6-config.json')], { encoding: 'utf8' }).trim() !== '';
      } catch {
        return false;
      }
    };
    const program = `
      import { startLoad } from ${JSON.stringify(path.resolve('src/measure/start-load.ts'))};
      const run = await startLoad({ k6: ${JSON.stringify(K6)}, workDirectory: ${JSON.stringify(own)},
        load: { name: 'x', url: ${JSON.stringify(server.url)}, rate: 20, timeoutSeconds: 1, maxSeconds: 60 } });
      await run.startedAt;
      process.stdout.write('running');
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      env: { ...process.env, SUREFOOT_SELF: path.resolve('src/cli.ts') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(running()).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(running, { timeout: 20_000 }).toBe(false);
  });
});

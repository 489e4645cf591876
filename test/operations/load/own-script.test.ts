import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { Evidence } from '../../../src/report/evidence.ts';
import { shippedFile } from '../../../src/tools/package-root.ts';
import { describeWithK6, K6 } from '../../measure/k6.ts';
import { serveHttp, type TestServer } from '../../measure/servers.ts';
import { loadOf, profileOf, requestFor, runWith } from './lab.ts';

const PROFILE = profileOf('start: 10\nstages: [{ duration: 3s, target: 10 }]');

async function server(
  statusOf: (url: string) => number = () => 200,
): Promise<TestServer & { readonly paths: string[] }> {
  const paths: string[] = [];
  const started = await serveHttp((request, response) => {
    const status = statusOf(request.url ?? '');
    paths.push(request.url ?? '');
    response.writeHead(status).end('{"id":7}');
    return status;
  });
  onTestFinished(() => started.close());
  return { ...started, paths };
}

async function scriptFile(source: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'script-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ ...files, 'own.ts': source })) {
    await writeFile(path.join(folder, name), content);
  }
  return path.join(folder, 'own.ts');
}

function run(url: string, script: string, warnings: string[] = []): Promise<Evidence> {
  const quiet = { stage: () => undefined, info: () => undefined, progress: () => undefined };
  const reporter = { ...quiet, warn: (text: string) => warnings.push(text) };
  return runWith(K6, requestFor({ url }, PROFILE, { script }), { reporter });
}

describeWithK6("a script of one's own", () => {
  it('is run as it is: each call of its function is an arrival, whatever requests it makes', async () => {
    const { url, paths } = await server();
    const script = await scriptFile(
      `import http from 'k6/http';
       import { check } from 'k6';
       import { itemOf } from './lib.ts';
       export const options = { vus: 1, iterations: 1, thresholds: { http_reqs: ['count>100000'] } };
       export function setup(): { basket: number } { return { basket: 3 }; }
       export default function (data: { basket: number }): void {
         const basket = http.get(\`\${__ENV.SUREFOOT_URL}?\${data.basket}\`);
         check(basket, { 'has an id': (answer) => itemOf(answer.body as string) === 7 });
         http.post(__ENV.SUREFOOT_URL, 'buy');
       }`,
      { 'lib.ts': 'export const itemOf = (text: string): number => JSON.parse(text).id;' },
    );
    const warnings: string[] = [];
    const evidence = await run(url, script, warnings);
    const load = loadOf(evidence);
    expect(load.generator.problems).toEqual([]);
    // What of it was not done is said, and what a counted request was made of.
    expect(warnings).toEqual([
      expect.stringMatching(/own vus, iterations, threshold on http_reqs gave way .* nothing was held against them/),
    ]);
    expect(evidence.events.map(({ label }) => label)).toContain('options of the script gave way');
    const measured = Object.fromEntries(evidence.measurements.map(({ indicator, value }) => [indicator, value]));
    expect(measured).toMatchObject({
      'requests sent by the script': 60,
      'requests that k6 calls failed': 0,
      'checks of the script': 30,
      'checks that failed': 0,
    });
    expect(load.totals).toEqual({ planned: 30, ok: 30, failed: 0, dropped: 0, interrupted: 0 });
    expect(paths).toHaveLength(60);
    expect(paths.filter((one) => one === '/buy?3')).toHaveLength(30);
    expect(evidence.verdict).toBe('pass');
  }, 30_000);

  it('fails an arrival by its first failed request, by a failed check, and by its own rules of what is expected', async () => {
    const { url } = await server((one) => (one.endsWith('7') ? 503 : one.endsWith('9') ? 404 : 200));
    const script = await scriptFile(`
      import http from 'k6/http';
      import { check } from 'k6';
      import exec from 'k6/execution';
      export default function () {
        const n = exec.scenario.iterationInTest % 10;
        const expected = n === 9 ? { responseCallback: http.expectedStatuses(404) } : {};
        const answer = http.get(__ENV.SUREFOOT_URL + '?' + n, expected);
        http.get(__ENV.SUREFOOT_URL);
        check(answer, { 'not the fifth': () => n !== 5 });
      }`);
    const load = loadOf(await run(url, script));
    expect(load.totals).toMatchObject({ planned: 30, ok: 24, failed: 6 });
    expect(load.bins.map(({ failed }) => failed)).toEqual(
      Array.from({ length: 3 }, () => ({ 'http-503': 1, check: 1 })),
    );
    expect(load.generator.problems).toEqual([]);
  }, 30_000);

  it('finds the address and the time-out of the load in the helper that surefoot ships', async () => {
    const { url, paths } = await server();
    const script = await scriptFile(`
      import http from 'k6/http';
      import { target, timeout } from ${JSON.stringify(shippedFile('load-tests/surefoot.ts'))};
      export default function () { http.get(target + '/item?' + timeout, { timeout }); }`);
    expect(loadOf(await run(url, script)).totals).toMatchObject({ ok: 30 });
    expect(new Set(paths)).toEqual(new Set(['/buy/item?1000']));
  }, 30_000);

  it.each([
    ['get', (url: string) => `http.get('${url}')`],
    ['request', (url: string) => `http.request('POST', '${url}', 'x')`],
    ['batch', (url: string) => `http.batch([['GET', __ENV.SUREFOOT_URL], { method: 'GET', url: '${url}' }])`],
    ['batch by name', (url: string) => `http.batch({ a: '${url}' })`],
    ['user and password', (url: string) => `http.get('${url}'.replace('//', '//127.0.0.1:1@'))`],
  ])(
    'does not get a request out to an address that is not allowed, by %s',
    async (_, call) => {
      const { url } = await server();
      const other = await server();
      const script = await scriptFile(`
      import http from 'k6/http';
      export default function () { ${call(other.url)}; }`);
      const evidence = await run(url, script);
      expect(evidence.verdict).toBe('inconclusive');
      expect(evidence.reasons[0]?.message).toMatch(/is not among the addresses that surefoot.yml allows/);
      expect(other.paths).toEqual([]);
    },
    30_000,
  );

  it('is stopped when a request finds another way out, such as a redirect', async () => {
    const other = await server();
    const started = await serveHttp((_, response) => {
      response.writeHead(302, { location: other.url }).end();
      return 302;
    });
    onTestFinished(() => started.close());
    const script = await scriptFile(`
      import http from 'k6/http';
      export default function () { http.get(__ENV.SUREFOOT_URL); }`);
    const evidence = await runWith(
      K6,
      requestFor({ url: started.url }, profileOf('start: 10\nstages: [{ duration: 300s, target: 10 }]'), { script }),
    );
    expect(evidence.verdict).toBe('inconclusive');
    expect(evidence.reasons.map(({ code }) => code)).toContain('foreign-address');
    expect(other.paths.length).toBeLessThan(100);
  }, 60_000);

  it('is refused before it starts when its copies would fill the memory', async () => {
    const script = await scriptFile(`import './big.ts';\nexport default function () {}`, {
      'big.ts': `export const data = ${JSON.stringify('x'.repeat(300 * 1024))};`,
    });
    const many = { ...PROFILE, virtualUsers: 1000 };
    await expect(runWith(K6, requestFor({ url: 'http://127.0.0.1:9' }, many, { script }))).rejects.toThrow(
      /are 300 KB, and every virtual user holds a copy: 1000 of them would need about 8\d\d MB/,
    );
    await expect(runWith(K6, requestFor({ url: 'http://127.0.0.1:9' }, many, { script }))).rejects.toBeInstanceOf(
      InputError,
    );
  });

  it.each(['k6/ws', 'k6/net/grpc', 'k6/browser', 'k6/experimental/websockets', 'k6/x/sql'])(
    'is refused when it, or a file that it imports, sends by %s, which nothing guards or counts',
    async (module) => {
      const script = await scriptFile(`import './lib.ts';\nexport default function () {}`, {
        'lib.ts': `import thing from '${module}';\nexport { thing };`,
      });
      await expect(run('http://127.0.0.1:9', script)).rejects.toThrow(
        new RegExp(`lib\\.ts imports ${module}: what it sends can neither be kept to the addresses`),
      );
    },
  );

  it('is refused by name when it, or a file that it imports, is not there', async () => {
    const script = await scriptFile(`import { a } from './gone.ts';\nexport default a;`);
    await expect(run('http://127.0.0.1:9', script)).rejects.toThrow(/gone\.ts: there is no such file/);
  });
});

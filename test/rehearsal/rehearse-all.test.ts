/** `rehearse --all` and `--platform` with scenarios of a few seconds: what is played, what is left, how it ends. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { surefoot } from '../cli/surefoot.ts';
import { describeWithK6 } from '../measure/k6.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-all-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** An example with another list of scenarios. */
async function exampleWith(example: string, scenarios: string): Promise<string> {
  const copy = path.join(folder, example);
  await cp(path.join('examples', example), copy, { recursive: true });
  const file = path.join(copy, 'surefoot.yml');
  const text = await readFile(file, 'utf8');
  const listed = text.replace(
    /^rehearsal:\n(?: .*\n)+/m,
    `rehearsal: { scorecards: [prod], scenarios: ${scenarios} }\n`,
  );
  expect(listed).not.toBe(text);
  await writeFile(file, listed);
  return file;
}

const reports = () => path.join(folder, 'reports');
const read = async (name: string): Promise<Evidence> =>
  evidenceSchema.parse(JSON.parse(await readFile(path.join(reports(), name), 'utf8')));
const rehearse = (...args: string[]) => surefoot(['rehearse', '--report-dir', reports(), ...args]);

describeWithK6('surefoot rehearse --all', () => {
  it('plays what the file lists, and leaves a page over all, one for the platform and its scorecard', async () => {
    const file = await exampleWith('splurge-art', '{ vacuous: 2m, delivery-metrics: 1m }');
    const { code, stdout, stderr } = await rehearse('--all', '--config', file, '--json');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/splurge-art 2 of 2, delivery-metrics/);
    expect(stderr).toMatch(/splurge-art vacuous: pass after \d+ of 120 s/);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'pass',
      platforms: [{ platform: 'splurge-art', scenarios: [{ name: 'vacuous' }, { name: 'delivery-metrics' }] }],
    });

    const overview = await read('rehearse.json');
    expect(overview.reasons[0]?.message).toBe('2 of 2 scenarios showed what they expect');
    expect(overview.checks).toMatchObject([{ name: 'splurge-art', verdict: 'pass', page: 'splurge-art.html' }]);
    expect(await readFile(path.join(reports(), 'rehearse.html'), 'utf8')).toContain('href="splurge-art.html"');

    const platform = await read('splurge-art.json');
    expect(platform.parts.map(({ title, verdict }) => [title, verdict])).toEqual([
      ['vacuous', 'pass'],
      ['delivery-metrics', 'pass'],
    ]);
    for (const part of platform.parts) {
      expect(part.measurements.at(-1)).toMatchObject({ indicator: 'time taken', unit: 's' });
    }
    expect((await read('splurge-art/vacuous.json')).title).toBe('vacuous');

    // The scorecard is that of the platform's own targets: of rehearsals it knows what the clone said, of production nothing.
    const { scorecard } = await read('splurge-art/scorecard-prod.json');
    expect(platform.scorecard).toEqual(scorecard);
    const rows = new Map(scorecard?.rows.map((row) => [row.id, row]));
    expect(rows.get('failed-deployments')).toMatchObject({
      production: { state: 'unknown', reason: { code: 'rehearsal-only' } },
      rehearsal: { state: 'met', sources: [{ file: 'splurge-art/delivery-metrics.json', operation: 'dora' }] },
    });
    expect(rows.get('availability')?.production).toMatchObject({ state: 'unknown' });
    expect(rows.get('availability')?.rehearsal).toBeUndefined();
    const states = [...rows.values()].filter(({ production }) => production.state !== 'unknown');
    expect(states.map(({ id }) => id)).toEqual(['zones']);
    expect(scorecard?.caveats.join(' ')).toMatch(/Left out are vacuous: there the service is made worse/);
  }, 300_000);

  it('ends what takes twice its budget, which has failed, and plays on', async () => {
    const file = await exampleWith('auterity', '{ eks-experiments: 1s, delivery-metrics: 1m }');
    const { code, stderr } = await rehearse('--all', '--config', file);
    expect(code, stderr).toBe(1);
    const [late, inTime] = (await read('auterity.json')).parts;
    expect(late).toMatchObject({ verdict: 'fail', reasons: [{ code: 'over-budget' }] });
    expect(late?.reasons[0]?.message).toContain('its budget is 1 s (rehearsal.scenarios in auterity/surefoot.yml)');
    expect(inTime?.verdict).toBe('pass');
    expect((await read('rehearse.json')).reasons[0]?.message).toBe('1 of 2 scenarios showed what they expect');
  }, 120_000);
});

describeWithK6('a scenario of which nothing can be said', () => {
  it('is played once more, which is said, and the others after it', async () => {
    const file = await exampleWith('auterity', '{ load-spike: 20s, delivery-metrics: 1m }');
    await writeFile(file, (await readFile(file, 'utf8')).replace('[node, server.mjs]', '[node, not-there.mjs]'));
    const { code, stderr } = await rehearse('--all', '--config', file);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/load-spike said nothing, and is played once more: .*does not start in the rehearsal/);
    const [silent, after] = (await read('auterity.json')).parts;
    expect(silent).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ code: 'no-result' }, { code: 'played-again' }],
    });
    expect(after?.verdict).toBe('pass');
  }, 120_000);
});

describe('what cannot be played is said before anything is started:', () => {
  it.each([
    [
      'a scenario that is not there',
      '{ deploy-godo: 1m }',
      /lists "deploy-godo"; there are .*\. Did you mean deploy-good\?/,
    ],
    ['one that does not fit the platform', '{ database-failover: 1m }', /needs a database with `multiAz: true`/],
  ])('%s', async (_what, scenarios, message) => {
    const file = await exampleWith('artguard', scenarios);
    const { code, stderr } = await rehearse('--all', '--config', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('a file that lists none', async () => {
    const { code, stderr } = await rehearse('--all', '--config', 'test/rehearsal/shop/surefoot.yml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/lists no scenarios: add `rehearsal: \{ scenarios:/);
  });

  it('names beside --all, and an example that is not there', async () => {
    expect((await rehearse('deploy-good', '--all')).stderr).toMatch(/leave out deploy-good, or --all/);
    expect((await rehearse('--platform', 'artgard')).stderr).toMatch(/there is no example "artgard"/);
  });
});

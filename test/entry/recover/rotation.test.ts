/** `surefoot recover rotate-secret` as people start it: killed and started again, and the secret looked for in all that it leaves. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { RUNNER_NODE, startStep } from '../../actions/runner.ts';
import { FILE } from '../../operations/manage/lab.ts';
import { type Shop, startShop } from '../../operations/recover/secret/shop.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(async () => {
  await shop.stop();
  expect(shop.managed.bugs).toEqual([]);
});

/** Characters that each encoding writes in another way. */
const newSecret = (name: string) => `${name} "k/y+\\&%ü=${randomBytes(18).toString('base64')}`;

/** Every form in which a value could be written by accident; in base64 at each of the three places that it can have in a longer text. */
function formsOf(value: string): string[] {
  const half = Math.ceil(value.length / 2);
  const reversed = [...value].reverse().join('');
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from('x'.repeat(offset) + value)
      .toString('base64')
      .slice(4, -4),
  );
  return [
    ...[value, reversed, value.slice(0, half), value.slice(half), reversed.slice(0, half), reversed.slice(half)],
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...[Buffer.from(value).toString('hex'), Buffer.from(value).toString('hex').toUpperCase()],
    ...[encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)],
    ...[JSON.stringify(value).slice(1, -1), JSON.stringify(JSON.stringify(value)).slice(3, -3)],
  ];
}

interface Started {
  readonly ended: Promise<number | null>;
  readonly said: () => string;
  kill(): void;
}

function start(args: readonly string[], stdin: string): Started {
  const program = process.env['SUREFOOT_SELF'] ?? '';
  const child = spawn(process.execPath, [program, 'recover', 'rotate-secret', ...args], {
    env: { ...process.env, AWS_ENDPOINT_URL: shop.managed.rehearsal.endpoint, SUREFOOT_DEBUG: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  child.stdin.on('error', () => undefined).end(stdin);
  return {
    ended: new Promise((resolve) => child.once('close', resolve)),
    said: () => said,
    kill: () => child.kill('SIGKILL'),
  };
}

async function textsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
  );
}

it('is finished after it was killed, and no form of a value is left anywhere', async () => {
  const [former, fresh] = [newSecret('former'), newSecret('fresh')];
  const { arn } = await shop.secret('prod/database', former);
  await shop.take({ DATABASE: arn });
  const reports = path.join(shop.managed.workDirectory, 'reports');
  const revoked = path.join(shop.managed.workDirectory, 'revoked');
  const revoke = `printf '%s %s ' "$SUREFOOT_OLD_VERSION_ID" "$SUREFOOT_NEW_VERSION_ID" > ${revoked}; cat >> ${revoked}; env > ${revoked}.env; echo noise`;
  const args = [
    ...['--config', FILE, '--environment', 'dev', '--secret', 'prod/database', '--value-file', '-'],
    ...['--revoke', revoke, '--revoke-with-value', '--report-dir', reports, '--timeout', '30s', '--yes', '--json'],
  ];
  const processes: string[] = [];
  const watching = setInterval(() => {
    void promisify(execFile)('ps', ['-eo', 'args'])
      .then(({ stdout }) => processes.push(stdout))
      .catch(() => undefined);
  }, 100);

  const first = start(args, fresh);
  await vi.waitFor(async () => expect((await textsIn(reports)).join('')).toContain('"step":"restart-web-dev"'), {
    timeout: 60_000,
    interval: 20,
  });
  first.kill();
  expect(await first.ended).toBe(null);
  const second = start(args, fresh);
  expect([await second.ended, second.said()]).toEqual([0, expect.stringContaining('recovered')]);
  // As a person would: the value was leaked, so it is given to nobody any more.
  const again = start(args, '');
  expect(await again.ended).toBe(2);
  clearInterval(watching);

  expect(await shop.environments('DATABASE')).toEqual([fresh, fresh]);
  const stages = await shop.stages(arn);
  const versions = ['SUREFOOT_REVOKED', 'AWSCURRENT'].map(
    (label) => Object.entries(stages).find(([, labels]) => labels.includes(label))?.[0],
  );
  expect(await readFile(revoked, 'utf8')).toBe(`${versions.join(' ')} ${former}`);
  expect(Object.keys(stages).length).toBe(2);

  const environment = await readFile(`${revoked}.env`, 'utf8');
  expect(environment).toContain('SUREFOOT_OLD_VERSION_ID');
  const left = [...(await textsIn(reports)), environment];
  expect(left.length).toBeGreaterThan(3);
  expect(processes.join('')).toContain('rotate-secret');
  expectNone([first.said(), second.said(), again.said(), ...processes, ...left], [former, fresh]);
});

function expectNone(texts: readonly string[], values: readonly string[]): void {
  for (const text of texts) {
    for (const form of values.flatMap(formsOf)) {
      expect(text.includes(form), `a form of a value in: ${text.slice(0, 200)}`).toBe(false);
    }
  }
}

it.skipIf(RUNNER_NODE === undefined)('leaves no form of a value in what a workflow shows and keeps', async () => {
  const [former, fresh] = [newSecret('former'), newSecret('fresh')];
  await shop.secret('prod/workflow', former);
  const workspace = await shop.folder();
  await writeFile(path.join(workspace, 'value'), fresh);
  const given = { config: FILE, environment: 'dev', command: 'rotate-secret', secret: 'prod/workflow' };
  const { ended } = await startStep({
    ...{ action: 'recover', workspace },
    with: { ...given, 'value-file': 'value', revoke: 'cat > /dev/null', 'revoke-with-value': 'true' },
    env: { AWS_ENDPOINT_URL: shop.managed.rehearsal.endpoint, RUNNER_DEBUG: '1' },
  });
  const { code, log, outputs, summary, state } = await ended;
  expect(code, log).toBe(0);
  expect([await shop.current('prod/workflow'), summary]).toEqual([fresh, expect.stringContaining('Rotate the secret')]);
  await rm(path.join(workspace, 'value'));
  const shown = [log, summary, JSON.stringify(outputs), JSON.stringify(state)];
  expectNone([...shown, ...(await textsIn(workspace))], [former, fresh]);
});

it('finds every form where it is written', () => {
  const value = newSecret('any');
  for (const written of [
    value,
    Buffer.from(`{"v":"${value}"}`).toString('base64'),
    Buffer.from(`ab${value}`).toString('base64url'),
    Buffer.from(value).toString('hex'),
    encodeURIComponent(`a ${value}`),
    JSON.stringify({ value }),
    [...value].reverse().join(''),
  ]) {
    expect(formsOf(value).some((form) => written.includes(form))).toBe(true);
  }
});

it.each<[string, string[], RegExp]>([
  ['no value at all', [], /either --value-file .* or --undo.*never an argument/],
  ['a value and --undo', ['--value-file', '-', '--undo'], /either --value-file/],
  ['to revoke what is put back', ['--undo', '--revoke', 'true'], /--undo takes neither/],
  ['a value for no command', ['--value-file', '-', '--revoke-with-value'], /--revoke-with-value is of --revoke/],
  ['no address', ['--value-file', '-', '--check-url', 'localhost'], /no http/],
  ["another procedure's value", ['--value-file', '-', '--table', 't'], /--table is not a value of rotate-secret/],
  ['an empty value', ['--value-file', '-'], /it is empty/],
  ['a file that is not there', ['--value-file', '/nowhere/value'], /cannot be read: ENOENT/],
])('refuses %s', async (_, more, message) => {
  await shop.secret('refused', 'as-it-was').catch(() => undefined);
  const reports = path.join(shop.managed.workDirectory, 'refused');
  const common = ['--config', FILE, '--environment', 'dev', '--secret', 'refused', '--report-dir', reports, '--yes'];
  const run = start([...common, ...more], '');
  expect([await run.ended, run.said()]).toEqual([2, expect.stringMatching(message)]);
  expect(await shop.current('refused')).toBe('as-it-was');
});

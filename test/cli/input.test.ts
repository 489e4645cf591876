/** Bad input: one clear message, everything at once, exit 2, nothing changed, no stack trace. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { surefoot } from './surefoot.ts';

const FIVE_MISTAKES = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev:
    region: ca-central-1
    cluster: shop
    zones: [ca-central-1a]
    protectd: true
services:
  api:
    ecsService: shop-api
    port: 80000
    tasks: { minimum: 3, maximum: 1 }
    deploy:
      bake: 5
      watch: { duration: 30s, objective: uptime }
`;

const EXAMPLE = ['--config', 'examples/artguard/surefoot.yml', '--environment', 'dev'];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-cli-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('surefoot check', () => {
  it('shows five mistakes as five located messages', async () => {
    await writeFile(path.join(folder, 'surefoot.yml'), FIVE_MISTAKES);
    const { code, stdout, stderr } = await surefoot(['check'], { cwd: folder });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const located = stderr.split('\n').filter((line) => /surefoot\.yml:\d+:\d+/.test(line));
    expect(located.map((line) => /:(\d+):/.exec(line)?.[1])).toEqual(['9', '13', '14', '16', '17']);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await readdir(folder)).toEqual(['surefoot.yml']);
  });

  it('gives the same as JSON', async () => {
    await writeFile(path.join(folder, 'surefoot.yml'), FIVE_MISTAKES);
    const { code, stdout } = await surefoot(['check', '--json'], { cwd: folder });
    const result = JSON.parse(stdout) as { verdict: null; error: { code: string; where: string[] } };
    expect(code).toBe(2);
    expect(result.verdict).toBeNull();
    expect(result.error.code).toBe('invalid-file');
    expect(result.error.where).toHaveLength(5);
  });

  it('passes the example', async () => {
    const { code, stdout } = await surefoot(['check', 'examples/artguard/surefoot.yml', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ operation: 'check', verdict: 'pass', error: null, evidence: null });
  });

  it('says which file is missing', async () => {
    const { code, stderr } = await surefoot(['check'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('surefoot.yml');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('wrong arguments', () => {
  const cases: [string, string[], RegExp][] = [
    ['an unknown command', ['deplyo'], /deploy/],
    ['an unknown option', ['check', '--colour'], /unknown option '--colour'/],
    ['a missing option', ['deploy'], /--image/],
    ['a speed that is none', ['rehearse', '--speed', 'fast'], /at least 1/],
    ['a scenario that is none', ['rehearse', 'deploy-god'], /deploy-good/],
    ['an example that is none', ['up', '--platform', 'artgard'], /artguard/],
    ['an environment that is none', ['up', '--environment', 'staging'], /dev, prod/],
    [
      'nobody to ask',
      ['deploy', '--image', 'x:1', '--config', 'examples/artguard/surefoot.yml', '--environment', 'dev'],
      /nothing answers at AWS_ENDPOINT_URL/,
    ],
  ];
  it.each(cases)('%s ends with 2, a sentence and no stack', async (_name, args, message) => {
    const { code, stderr } = await surefoot(args, { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('gives the refusal of an argument as JSON too', async () => {
    const { code, stdout } = await surefoot(['rehearse', '--speed', 'fast', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      operation: 'rehearse',
      verdict: null,
      error: { code: 'bad-arguments' },
    });
  });

  const environmentCases: [string, string[], Record<string, string>, RegExp][] = [
    ['an endpoint that is no URL', ['status', ...EXAMPLE], { AWS_ENDPOINT_URL: 'foo' }, /not a URL/],
    [
      'a folder that cannot be',
      ['up', '--work-dir', 'package.json/x'],
      {},
      /--work-dir package\.json\/x cannot be written to/,
    ],
  ];
  it.each(environmentCases)('%s ends with 2', async (_name, args, env, message) => {
    const { code, stderr } = await surefoot(args, { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('has help for every command', async () => {
    const { stdout } = await surefoot(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) .*$/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
    expect(commands).toEqual(expect.arrayContaining(['check', 'up', 'rehearse', 'plan', 'deploy', 'status']));
    for (const command of commands.filter((name) => !name.startsWith('-'))) {
      const { code, stdout: help } = await surefoot([command, '--help']);
      expect(code, command).toBe(0);
      expect(help, command).toContain(`Usage: surefoot ${command}`);
    }
  });
});

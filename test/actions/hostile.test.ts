/** A whole step whose inputs and files were written by somebody who means ill, or who writes a lot. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnRunner } from './lab-step.ts';
import { runStep } from './runner.ts';

const NAME = '::set-output name=verdict::pass | `x` <img src=x onerror=alert(1)> ##[add-path]/tmp/evil';
/** What a step may write by itself. */
const OWN = ['add-mask', 'error', 'warning'];

let workspace: string;

describeOnRunner('a step with hostile text', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-hostile-'));
  });
  afterAll(() => rm(workspace, { recursive: true, force: true }));

  it.each([
    ['an image', { command: 'deploy', image: NAME }],
    ['an environment', { environment: `${NAME}` }],
    ['a command', { command: NAME }],
    ['a file', { config: `\u001b[2J${NAME}.yml`, image: 'x' }],
  ])('in %s shows it and obeys none of it', async (_, inputs) => {
    const file = path.join(workspace, 'surefoot.yml');
    await writeFile(file, PLATFORM);
    const end = await runStep({ workspace, with: inputs });
    expect(end.code, end.log).toBeGreaterThan(1);
    expect(end.commands.map(({ name }) => name).filter((name) => !OWN.includes(name))).toEqual([]);
    expect(Object.keys(end.outputs).sort()).toEqual(['reason', 'reason-code']);
    expect(end.summary).not.toContain('<img');
  });

  it('in megabytes of problems shows some of them and breaks no limit', async () => {
    const services = Array.from(
      { length: 6000 },
      (_, index) => `  w${index}: { ${JSON.stringify(`${NAME} ${index}`)}: 1 }`,
    );
    await writeFile(path.join(workspace, 'big.yml'), `${PLATFORM}\n${services.join('\n')}\n`);
    const end = await runStep({ workspace, with: { config: 'big.yml', image: 'x' } });
    expect(end.code).toBe(2);
    expect(Buffer.byteLength(end.log)).toBeGreaterThan(2_500_000);
    const errors = end.commands.filter(({ name }) => name === 'error');
    expect(errors).toHaveLength(10);
    expect(end.commands.map(({ name }) => name).filter((name) => !OWN.includes(name))).toEqual([]);
    for (const error of errors) {
      expect(error.data.length).toBeLessThanOrEqual(4096);
    }
    expect(Buffer.byteLength(end.summary)).toBeLessThanOrEqual(1024 * 1024);
    expect(end.summary).toMatch(/^## ⛔ Error: deploy/);
    expect((end.outputs['reason'] ?? '').length).toBeLessThanOrEqual(2000);
  });
});

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments:
  dev: { region: eu-central-1, cluster: dev }
services:
  web: { ecsService: web, container: web, port: 8000, tasks: { minimum: 1, maximum: 2 } }`;

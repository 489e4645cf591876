/** `surefoot check` on experiments and templates: found by what they are, warnings apart from errors, all files at once. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodExperiment, goodTemplate } from '../operations/chaos/good.ts';
import { start } from './surefoot.ts';

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: artguard
environments:
  dev: { region: ca-central-1, cluster: artguard-cluster-dev }
services:
  backend: { ecsService: artguard-backend-dev, port: 8000 }
`;
const BOUND = '- { indicator: availability, comparison: gte, value: 99, unit: percent }';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'surefoot-check-'));
  await mkdir(path.join(folder, 'chaos/deep'), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    'surefoot.yml': PLATFORM,
    'chaos/kill.yml': goodExperiment([/- objective: .*/, BOUND]),
    'chaos/deep/template.json': JSON.stringify(goodTemplate(), null, 2),
    'chaos/policy.json': '{ "Version": "2012-10-17", "Statement": [] }',
    'broken.yml': goodExperiment([/aws:ecs:stop-task/, 'aws:ecs:stop-tasks'], [/- objective: .*/, '- objective: x']),
    'newer.yml': goodExperiment([/aws:ecs:stop-task/, 'aws:ecs:stop-tasks'], [/- objective: .*/, BOUND]),
    'actions.json': JSON.stringify({
      actions: [
        { id: 'aws:ecs:stop-tasks', arn: 'x', targets: { Tasks: { resourceType: 'aws:ecs:task' } }, tags: {} },
        { id: 'aws:fis:wait' },
      ],
    }),
    'stack.yml':
      'Resources:\n  One:\n    Type: AWS::FIS::ExperimentTemplate\n    Properties:\n      Description: !Ref Name\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
});

afterAll(() => rm(folder, { recursive: true }));

const check = async (...args: string[]) => start(['check', ...args], { cwd: folder }).ended;

describe('surefoot check', () => {
  it('checks chaos/ too when no file is named, and shows warnings without failing', async () => {
    const { code, stdout } = await check();
    expect(code).toBe(0);
    expect(stdout).toContain(
      `surefoot.yml, ${path.join('chaos', 'deep', 'template.json')}, ${path.join('chaos', 'kill.yml')}: no problem found, but 1 warning`,
    );
    expect(stdout).toMatch(
      /template\.json:\d+:\d+ warning: actions\.failover\.actionId .* \(irreversible\)\n {2}write: /,
    );
  });

  it('holds experiments against surefoot.yml, and says all that is wrong in all files', async () => {
    const { code, stderr } = await check('broken.yml', 'stack.yml');
    expect(code).toBe(2);
    const found = [...stderr.matchAll(/^(\S+):(\d+):\d+ (?:(warning): )?(\S+)/gm)].map((match) =>
      match.slice(1).join(' '),
    );
    expect(found).toEqual([
      'broken.yml 17  template.actions.kill.actionId',
      'broken.yml 28  steadyState[0].objective',
      'stack.yml 4  Resources.One.Properties.Actions',
      'stack.yml 4  Resources.One.Properties.RoleArn',
      'stack.yml 4  Resources.One.Properties.StopConditions',
      'stack.yml 4 warning Resources.One.Properties.LogConfiguration',
    ]);
    expect(stderr).toContain('5 problems found, and 1 warning');
    expect(stderr).toContain('write: actionId: aws:ecs:stop-task\n');
  });

  it('takes a folder, and gives warnings as JSON', async () => {
    const { code, stdout } = await check('chaos', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'pass',
      warnings: [{ file: path.join('chaos', 'deep', 'template.json'), line: expect.any(Number) }],
    });
  });

  it('says of a file that is not there what it said before', async () => {
    const { code, stderr } = await check('nowhere.yml');
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere.yml:1:1 there is no such file');
  });

  it('takes what aws fis list-actions says instead of the actions that it knows', async () => {
    expect((await check('newer.yml')).stderr).toContain('which FIS does not know (unknown-action)');
    const told = await check('newer.yml', '--catalogue', 'actions.json');
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('no problem found')]);
    // What is not among them is not offered there.
    expect((await check('chaos/kill.yml', '--catalogue', 'actions.json')).code).toBe(2);
    const wrong = await check('newer.yml', '--catalogue', 'chaos/policy.json');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('aws fis list-actions')]);
  });
});

/**
 * A workflow of this repository, run by act on this machine: it starts the rehearsal platform, then pauses, resumes and deploys through
 * the actions as they are in action.yml, with the bundles that the source gives.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { RUNNER_NODE } from '../actions/runner.ts';
import { act, toolOrReason } from './support/tools.ts';

const RUN_MS = 480_000;
/** What a checkout holds that the workflow needs. */
const CHECKOUT = ['.github', 'action.yml', 'actions', 'examples', 'package.json'];

const found = await toolOrReason(act);
const missing =
  'skipped' in found ? found.skipped : RUNNER_NODE === undefined ? 'no Node 24 for the actions' : undefined;

interface Run {
  readonly code: number;
  readonly output: string;
}

describe.skipIf(missing !== undefined)(
  `act${missing === undefined ? '' : ` (skipped: ${missing.split('\n')[0]})`}`,
  { timeout: RUN_MS },
  () => {
    let folder = '';
    let run: Run;

    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'surefoot-act-'));
      const checkout = path.join(folder, 'checkout');
      for (const name of CHECKOUT) {
        cpSync(name, path.join(checkout, name), { recursive: true });
      }
      // As committed when it is fresh, which another test holds it to.
      cpSync('.build', path.join(checkout, 'dist'), { recursive: true });
      await git(checkout, ['init', '--quiet']);
      await git(checkout, ['add', '--all']);
      await git(checkout, [
        '-c',
        'user.name=test',
        '-c',
        'user.email=test@localhost',
        'commit',
        '--quiet',
        '-m',
        'As it is',
      ]);
      run = await runAct(checkout, folder);
    }, RUN_MS);

    afterAll(() => {
      for (const pid of processesIn(folder)) {
        process.kill(pid, 'SIGKILL');
      }
      rmSync(folder, { recursive: true, force: true });
    });

    it('runs every step and every post step to a good end', () => {
      expect(run.code, run.output).toBe(0);
      expect(run.output).not.toContain('❌');
      const ended = [...run.output.matchAll(/Success - (Main|Post) (Pause|Resume|Deploy|Status)/g)];
      expect(ended.map(([, stage, step]) => `${stage} ${step}`)).toEqual([
        ...['Main Pause', 'Main Resume', 'Main Deploy', 'Main Status'],
        ...['Post Status', 'Post Deploy', 'Post Resume', 'Post Pause'],
      ]);
    });

    it('hands verdicts and what is live from step to step', () => {
      expect(run.output).toContain('pause: pass, resume: pass, deploy: pass SUCCESSFUL');
      expect(run.output).toMatch(/live: arn:aws:ecs:\S+:task-definition\/artguard-backend-dev:2\s/);
      expect(run.output).toContain('status agrees');
    });

    it('writes a summary for each step, with the verdict first', () => {
      const summaries = [...run.output.matchAll(/Summary - (.*)/g)].map(([, line]) => line);
      expect(summaries.slice(0, 3)).toEqual([
        expect.stringMatching(/^## ✓ Pass: Pause artguard-backend-dev/),
        expect.stringMatching(/^## ✓ Pass: Resume artguard-backend-dev/),
        expect.stringMatching(/^## ✓ Pass: Deploy \S+ to artguard-backend-dev/),
      ]);
    });

    it('leaves no process behind', async () => {
      await expect.poll(() => processesIn(folder), { timeout: 30_000, interval: 200 }).toEqual([]);
    });
  },
);

/** No containers, nothing from the network, and act's own folders below `folder`. */
function runAct(checkout: string, folder: string): Promise<Run> {
  const node = path.dirname(RUNNER_NODE ?? '');
  const environment = {
    ...minimalEnvironment(process.env),
    PATH: `${node}${path.delimiter}${process.env['PATH']}`,
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    XDG_CONFIG_HOME: path.join(folder, 'config'),
  };
  const args = ['workflow_dispatch', '--workflows', '.github/workflows/rehearsal.yml', '--pull=false'];
  return execute(
    'path' in found ? found.path : '',
    [...args, '--platform=ubuntu-latest=-self-hosted', '--no-cache-server'],
    {
      cwd: checkout,
      env: environment,
    },
  );
}

async function git(directory: string, args: string[]): Promise<void> {
  const { code, output } = await execute('git', args, { cwd: directory, env: minimalEnvironment(process.env) });
  expect(code, output).toBe(0);
}

function execute(program: string, args: string[], options: { cwd: string; env: Record<string, string> }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const settings = { ...options, maxBuffer: 64 * 1024 * 1024, timeout: RUN_MS - 10_000 };
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number' && !error.killed) {
        reject(error);
      } else {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      }
    });
  });
}

/** The processes that were started below a folder and still run. */
function processesIn(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}${path.sep}`);
    } catch {
      return false;
    }
  });
}

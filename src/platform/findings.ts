/** Problems of one document: schema refusals and checks between fields, each with its place, without echoes of one another. */
import type { z } from 'zod';
import type { Problem } from './model.ts';
import type { Path, SourceDocument } from './source.ts';
import { didYouMean } from './suggest.ts';

export interface Finding {
  readonly path: Path;
  readonly part?: 'key' | 'value';
  /** What is wrong, to be read after the name of the field. */
  readonly what: string;
  /** What to write, to be read after the field's key. */
  readonly write: string;
  /** What else this rests on; said only when none of it was refused by the schema. `path` itself is always among them. */
  readonly needs?: readonly Path[];
}

/** A path as people write it: `services.backend.port`, `objectives[0].target`, `images["backend:1.0.0"]`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      return /^[\w-]+$/.test(step) ? `${index === 0 ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((step, index) => path[index] === step);
}

export class Findings {
  readonly problems: Problem[] = [];
  readonly document: SourceDocument;
  readonly #file: string;
  readonly #broken: Path[] = [];
  readonly #seen = new Set<string>();

  constructor(file: string, document: SourceDocument) {
    this.#file = file;
    this.document = document;
  }

  /** Takes what a schema refused. */
  refused(issues: readonly z.core.$ZodIssue[]): void {
    for (const issue of issues) {
      const path = issue.path as Path;
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          this.#broken.push([...path, key]);
          this.#unknownKey([...path, key], key, issue.message.split(' '));
        }
        continue;
      }
      this.#broken.push(path);
      const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
      const [what = '', write = ''] = (inner ?? issue).message.split('\n');
      const missing = !this.document.has(path) && path.length > 0;
      const hint = write === '' ? 'a value that fits; the JSON Schema in schema/ describes each field' : write;
      this.#add(
        path,
        inner === undefined && !missing ? 'value' : 'key',
        what,
        inner === undefined ? withKey(path, hint) : hint,
      );
    }
  }

  /** Adds what a check between fields found, unless it rests on something that was refused already. */
  report(finding: Finding): void {
    const needs = [finding.path, ...(finding.needs ?? [])];
    const echo = this.#broken.some((broken) =>
      needs.some((need) => startsWith(need, broken) || startsWith(broken, need)),
    );
    if (!echo) {
      // The same place is checked once for each environment: one message of it is enough.
      const path = pathText(finding.path);
      this.#add(finding.path, finding.part ?? 'value', finding.what, withKey(finding.path, finding.write), path);
    }
  }

  #unknownKey(path: Path, key: string, known: readonly string[]): void {
    const near = didYouMean(key, known);
    const hint = near === undefined ? `one of ${known.join(', ')}` : `${near} instead of ${key}`;
    this.#add(path, 'key', 'is not a key that is known here', hint);
  }

  #add(path: Path, part: 'key' | 'value', what: string, hint: string, identity = `${pathText(path)} ${what}`): void {
    if (!this.#seen.has(identity)) {
      this.#seen.add(identity);
      const { line, column } = this.document.place(path, part);
      const message = `${path.length === 0 ? 'the document' : pathText(path)} ${what}`;
      this.problems.push({ file: this.#file, line, column, message, hint });
    }
  }
}

function withKey(path: Path, write: string): string {
  const key = path.at(-1);
  if (key === undefined || write.startsWith('(') || write.startsWith('no ')) {
    return write;
  }
  return typeof key === 'number' ? `- ${write}` : `${key}: ${write}`;
}

/** One problem as two lines of a terminal: `surefoot.yml:12:7 message`, then what to write. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.message}\n  write: ${problem.hint}`;
}

/** In the order of the file. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.message.localeCompare(b.message),
  );
}

/** Problems of one document: schema refusals and checks between fields, each with its place, without echoes of one another. */
import type { z } from 'zod';
import type { Problem } from './problems.ts';
import type { Path } from './source/spots.ts';
import type { SourceDocument } from './source.ts';
import { didYouMean } from './suggest.ts';

export interface Finding {
  readonly path: Path;
  readonly part?: 'key' | 'value';
  /** What is wrong, to be read after the name of the field. */
  readonly what: string;
  /** What to write: the value (the field's key is put before it), or for `part: 'key'` the whole of it. */
  readonly write: string;
  /** What else this rests on; said only when none of it was refused by the schema. `path` itself is always among them. */
  readonly needs?: readonly Path[];
  /** Mappings whose keys it rests on: a mistake in a value does no harm, but one in a key does, or not being a mapping at all. */
  readonly keysOf?: readonly Path[];
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
  readonly #brokenKeys: Path[] = [];
  readonly #seen = new Set<string>();

  constructor(file: string, document: SourceDocument) {
    this.#file = file;
    this.#broken.push(...document.unread);
    this.document = document;
  }

  /** Takes what a schema refused. */
  refused(issues: readonly z.core.$ZodIssue[]): void {
    const renamed = new Set<string>();
    for (const issue of issues) {
      if (issue.code === 'unrecognized_keys') {
        this.#unknownKeys(issue.path as Path, issue.keys, issue.message.split(' '), renamed);
      }
    }
    for (const issue of issues) {
      const path = issue.path as Path;
      const missing = !this.document.has(path) && path.length > 0;
      const unread = this.document.unread.some((place) => startsWith(path, place));
      if (issue.code !== 'unrecognized_keys' && !unread) {
        this.#broken.push(path);
        if (issue.code === 'invalid_key') {
          this.#brokenKeys.push(path);
        }
        // A key that is there under a misspelt name is not missing too.
        if (!missing || !renamed.has(pathText(path))) {
          this.#refuse(issue, path, missing);
        }
      }
    }
  }

  #refuse(issue: z.core.$ZodIssue, path: Path, missing: boolean): void {
    const ofKey = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
    const [what = '', write] = (ofKey ?? issue).message.split('\n');
    const hint = write ?? 'a value that fits; the JSON Schema in schema/ describes each field';
    const part = ofKey === undefined && !missing ? 'value' : 'key';
    this.#add(path, part, what, ofKey === undefined ? withKey(path, hint) : hint);
  }

  /** Adds what a check between fields found, unless it rests on something that was refused already. */
  report(finding: Finding): void {
    const broken = [finding.path, ...(finding.needs ?? [])].some((need) => this.isBroken(need));
    if (!broken && (finding.keysOf ?? []).every((mapping) => this.knowsKeysOf(mapping))) {
      // The same place is checked once for each environment: one message of it is enough.
      const path = pathText(finding.path);
      const { part = 'value', what, write } = finding;
      this.#add(finding.path, part, what, part === 'key' ? write : withKey(finding.path, write), path);
    }
  }

  /** `file:line` of a field, or of the nearest thing around it where it was not written. */
  lineOf(path: Path): string {
    return `${this.#file}:${this.document.place(path, 'key').line}`;
  }

  /** Whether the schema refused this, something in it or something around it. */
  isBroken(path: Path): boolean {
    return this.#broken.some((broken) => startsWith(path, broken) || startsWith(broken, path));
  }

  /** Whether the keys of a mapping are what the user meant: neither the mapping nor any of its keys was refused. */
  knowsKeysOf(mapping: Path): boolean {
    const refused = this.#broken.some((broken) => startsWith(mapping, broken));
    return !refused && !this.#brokenKeys.some((key) => key.length === mapping.length + 1 && startsWith(key, mapping));
  }

  #unknownKeys(parent: Path, keys: readonly string[], known: readonly string[], renamed: Set<string>): void {
    for (const key of keys) {
      const path = [...parent, key];
      const near = didYouMean(key, known);
      this.#broken.push(path);
      if (near !== undefined) {
        renamed.add(pathText([...parent, near]));
      }
      const hint = near === undefined ? `one of ${known.join(', ')}` : `${near} instead of ${key}`;
      this.#add(path, 'key', 'is not a key that is known here', hint);
    }
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
  if (key === undefined) {
    return write;
  }
  return typeof key === 'number' ? `- ${write}` : `${key}: ${write}`;
}

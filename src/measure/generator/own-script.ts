/** Loads by a k6 script of the user's own: the entry that k6 runs, and what became of each call of its default function. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { shippedFile } from '../../tools/package-root.ts';
import type { Outcome } from '../counting/error-kinds.ts';
import type { StreamEvent } from '../counting/stream.ts';
import type { ScriptReport } from '../types.ts';

/** Every virtual user holds a copy of every module: 66 KB of source took 190 KB of memory in each (k6 1.8.1, 1,100 virtual users). */
const MEMORY_PER_SOURCE = 2.9;
const MOST_MEMORY = 256 * 1024 * 1024;

/**
 * Writes the entry that k6 runs into `workDirectory` and returns its path. The script keeps its `setup`, `teardown` and options; its
 * scenarios and thresholds give way to the profile's arrivals and the targets of surefoot.yml.
 * @throws InputError `script-missing`, `script-too-large`, `script-unguarded`
 */
export async function writeEntry(
  script: string,
  workDirectory: string,
  { virtualUsers, waits }: { readonly virtualUsers: number; readonly waits: boolean },
): Promise<string> {
  const sources = await sourcesOf(script, new Set());
  const bytes = sources.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const memory = bytes * virtualUsers * MEMORY_PER_SOURCE;
  if (memory > MOST_MEMORY) {
    throw new InputError(
      'script-too-large',
      `${script} and what it imports are ${Math.round(bytes / 1024)} KB, and every virtual user holds a copy: ${virtualUsers} of them would need about ` +
        `${Math.round(memory / 1024 / 1024)} MB. Load data with SharedArray instead of importing it, leave out libraries, or lower the rate or the time-out.`,
    );
  }
  const entry = path.join(workDirectory, 'entry.ts');
  const text = [
    `import * as own from ${JSON.stringify(script)};`,
    `import { counted, guardRequests, optionsOf } from ${JSON.stringify(shippedFile('load-tests/own-script.ts'))};`,
    'guardRequests();',
    `export * from ${JSON.stringify(script)};`,
    'export const options = optionsOf(own.options);',
    'export default counted(own.default, own.options);',
    ...(waits
      ? [
          `import { together } from ${JSON.stringify(shippedFile('load-tests/together.ts'))};`,
          'export const setup = together(own.setup);',
        ]
      : []),
    '',
  ];
  await writeFile(entry, text.join('\n'));
  return entry;
}

/** Variables that k6 itself or surefoot reads: a script gets none of them from outside. */
const RESERVED = /^(?:K6|SUREFOOT)_/;

/**
 * The names of the environment's variables that a script, or a file that it imports, reads as `__ENV.NAME` or `__ENV['NAME']`.
 * @throws InputError as `writeEntry` does
 */
export async function variablesNamedIn(script: string): Promise<readonly string[]> {
  const texts = await sourcesOf(script, new Set());
  const found = texts.flatMap((text) =>
    [...text.matchAll(/\b__ENV\s*(?:\??\.\s*|\[\s*['"`])([A-Za-z_]\w*)/g)].map(([, named = '']) => named),
  );
  return [...new Set(found)].filter((named) => !RESERVED.test(named)).sort();
}

/** The texts of a script and of all that it imports from files. */
async function sourcesOf(file: string, seen: Set<string>): Promise<readonly string[]> {
  if (seen.has(file)) {
    return [];
  }
  seen.add(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new InputError(
      'script-missing',
      `${file}: ${why}. k6 needs the whole name of a file, with its ending: ./lib.ts`,
    );
  });
  const texts = [text];
  for (const [, imported = ''] of text.matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)) {
    requireCounted(imported, file);
    if (/^\.{1,2}\//.test(imported)) {
      texts.push(...(await sourcesOf(path.resolve(path.dirname(file), imported), seen)));
    }
  }
  return texts;
}

/** What k6 says of a script that it cannot run, without the names of the files that surefoot put around it. */
export function scriptRefused(said: string): InputError {
  const own = said.replace(/^.*could not load JS test '[^']*': /, '').replaceAll('file://', '');
  return new InputError(
    'script-refused',
    `k6 cannot run the script, so no request of the load was sent: ${own.trim()}`,
  );
}

/** Modules of k6 that send something which is neither in its counts of HTTP requests nor kept to the allowed addresses. */
const UNGUARDED =
  /^k6\/(?:ws|websockets|net\/.*|browser|browser\/.*|x\/.*|experimental\/(?:websockets|browser|redis))$/;

function requireCounted(imported: string, file: string): void {
  if (UNGUARDED.test(imported)) {
    throw new InputError(
      'script-unguarded',
      `${file} imports ${imported}: what it sends can neither be kept to the addresses that surefoot.yml allows nor be counted. Load such a service with k6 itself, or send HTTP requests by k6/http.`,
    );
  }
}

/** What the requests and checks of an iteration came to: the first that failed. */
interface Iteration {
  failed: Outcome | undefined;
  checkFailed: boolean;
}

const OK: Outcome = { status: 200, code: 0 };

/** Joins the requests and checks of an iteration with its end, which k6 writes after them. */
export class OwnOutcomes {
  readonly #open = new Map<string, Iteration>();
  readonly #allowed: readonly string[];
  readonly #counts = { requests: 0, failedRequests: 0, checks: 0, failedChecks: 0 };
  readonly #gaveWay: string[] = [];
  #foreign: string | undefined;

  /** @param allowed origins that requests may go to */
  constructor(allowed: readonly string[]) {
    this.#allowed = allowed;
  }

  /** How many requests and checks were seen; with none, nothing was measured. */
  get measured(): number {
    return this.#counts.requests + this.#counts.checks;
  }

  /** All that is known of the script so far. */
  get report(): ScriptReport {
    return { ...this.#counts, gaveWay: [...this.#gaveWay] };
  }

  /** The first origin that a request went to though it is not allowed. */
  get foreignOrigin(): string | undefined {
    return this.#foreign;
  }

  /** Takes requests and checks, gives ends with their outcome and all else as it is; undefined for what needs no more attention. */
  take(event: StreamEvent): StreamEvent | undefined {
    switch (event.kind) {
      case 'request': {
        this.#counts.requests += 1;
        const origin = originOf(event.url);
        if (origin !== undefined && !this.#allowed.includes(origin)) {
          this.#foreign ??= origin;
        }
        if (event.failed) {
          this.#counts.failedRequests += 1;
          this.#iteration(event.maker).failed ??= failureOf(event.outcome);
        }
        return undefined;
      }
      case 'check':
        this.#counts.checks += 1;
        if (!event.passed) {
          this.#counts.failedChecks += 1;
          this.#iteration(event.maker).checkFailed = true;
        }
        return undefined;
      case 'gave-way':
        this.#gaveWay.push(event.what);
        return undefined;
      case 'end':
        return event.outcome.failure === undefined ? { ...event, outcome: this.#close(event.maker ?? '') } : event;
      default:
        return event;
    }
  }

  #iteration(maker: string): Iteration {
    const known = this.#open.get(maker) ?? { failed: undefined, checkFailed: false };
    this.#open.set(maker, known);
    return known;
  }

  #close(maker: string): Outcome {
    const iteration = this.#open.get(maker);
    this.#open.delete(maker);
    return iteration?.failed ?? (iteration?.checkFailed === true ? { ...OK, failure: 'check' } : OK);
  }
}

/** The script may expect other answers than 200 to 399: what it calls failed is failed, whatever the status. */
function failureOf(outcome: Outcome): Outcome {
  const expected = outcome.status >= 200 && outcome.status < 400 && outcome.code === 0;
  return expected ? { ...outcome, failure: `http-${outcome.status}` } : outcome;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

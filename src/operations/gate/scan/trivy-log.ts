/** Trivy's log at `--debug`: the only place where it says what it read. Its output looks the same with and without a file that it gave up. */
import type { CrashedCheck, ScanProblem } from '../findings/finding.ts';
import { isIgnoreFile } from './scan-kinds.ts';

export interface TrivyLog {
  /** Terraform and CloudFormation files that were parsed, as Trivy writes their paths. */
  readonly parsed: ReadonlySet<string>;
  /** Files that could not be parsed, with why; `recognised` when Trivy took them for configuration, not just for something to try. */
  readonly failed: ReadonlyMap<string, { readonly detail: string; readonly recognised: boolean }>;
  /** Files that were searched for secrets. */
  readonly searched: ReadonlySet<string>;
  readonly crashes: readonly CrashedCheck[];
  readonly problems: readonly ScanProblem[];
  /** The last words of a run that failed. */
  readonly fatal: string | undefined;
}

interface Line {
  readonly level: string;
  readonly prefix: string | undefined;
  readonly message: string;
  readonly fields: ReadonlyMap<string, string>;
}

const PARSED = new Set(['terraform parser: Added file', 'cloudformation parser: Context loaded from source']);
const NOT_PARSED = new Set([
  'Error parsing file',
  'Failed to parse file',
  'Encountered HCL parse error',
  'Failed to parse input',
]);
const CRASHED =
  /^(?:Error occurred while (?:applying rule from check|retrieving metadata from check|parsing)|Failed to retrieve metadata from annotations)$/;
/** The checks in the binary are those that are meant; that it says so as an error is its own way. */
const HARMLESS = new Set(['Falling back to embedded checks', 'The first run cannot skip downloading DB']);

interface Reading {
  readonly parsed: Set<string>;
  readonly failed: Map<string, { detail: string; recognised: boolean }>;
  readonly searched: Set<string>;
  readonly crashes: CrashedCheck[];
  readonly problems: Map<string, ScanProblem>;
  fatal: string | undefined;
}

/** Reads it. An error that is not known here is a problem: nobody can tell what it left out. */
export function readTrivyLog(text: string): TrivyLog {
  const reading: Reading = {
    parsed: new Set(),
    failed: new Map(),
    searched: new Set(),
    crashes: [],
    problems: new Map(),
    fatal: undefined,
  };
  for (const line of linesOf(text)) {
    const file = line.fields.get('file_path') ?? '';
    if (line.level === 'ERROR' || line.level === 'FATAL') {
      readError(line, file, reading);
    } else if (PARSED.has(`${line.prefix}: ${line.message}`)) {
      reading.parsed.add(file);
    } else if (line.prefix === 'secret' && line.message === 'Using streaming scanner') {
      reading.searched.add(file);
    } else if (line.message === 'Walk error') {
      reading.failed.set(file, { detail: oneLine(line.fields.get('err') ?? ''), recognised: false });
    } else if (line.message === 'Permission error') {
      reading.problems.set(file, problem('unreadable-file', `Trivy may not read ${file}`));
    }
  }
  return { ...reading, problems: [...reading.problems.values()] };
}

function readError(line: Line, file: string, reading: Reading): void {
  const detail = oneLine(line.fields.get('err') ?? line.message);
  if (line.level === 'FATAL') {
    reading.fatal = detail;
  } else if (NOT_PARSED.has(line.message)) {
    reading.failed.set(file, { detail, recognised: !isIgnoreFile(file) });
  } else if (CRASHED.test(line.message)) {
    reading.crashes.push({ scanner: 'trivy', rule: baseName(file), file: undefined, message: detail });
  } else if (!HARMLESS.has(line.message)) {
    const found = problemOf(line, detail);
    reading.problems.set(found.message, found);
  }
}

function problemOf({ message, fields }: Line, detail: string): ScanProblem {
  if (message.startsWith('Failed to load module')) {
    const place = fields.get('loc') ?? 'a module';
    return problem(
      'module-not-loaded',
      `the module called at ${place} is not there, so that nothing in it was checked: run "terraform init -backend=false" before the gate (${detail})`,
    );
  }
  return problem('scanner-error', `Trivy says: ${message}${detail === message ? '' : ` (${detail})`}`);
}

function problem(code: string, message: string): ScanProblem {
  return { code, scanner: 'trivy', message };
}

/** `2026-11-21T07:26:54Z⇥ERROR⇥[terraform parser] Error parsing file⇥module="root" file_path="bad.tf"`; a value may go over lines. */
function* linesOf(text: string): Generator<Line> {
  const start = /^\d{4}-\d\d-\d\dT[^\t]*\t(DEBUG|INFO|WARN|ERROR|FATAL)\t(?:\[([^\]]+)\] )?([^\t\n]*)/gm;
  const starts = [...text.matchAll(start)];
  for (const [index, match] of starts.entries()) {
    const [whole, level = '', prefix, message = ''] = match;
    const rest = text.slice(match.index + whole.length, starts[index + 1]?.index ?? text.length);
    yield { level, prefix, message, fields: fieldsOf(rest) };
  }
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([A-Za-z_]+)=("(?:[^"\\]|\\.)*"|\S*)/g)) {
    fields.set(name, value.startsWith('"') ? unquote(value) : value);
  }
  return fields;
}

/** Go's quoting is JSON's but for rare escapes, whose text is then left as it is. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

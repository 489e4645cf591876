/** Checkov's JSON report (3.3), in all its shapes: one framework, a list of them, or a bare summary when there was nothing to check. */
import * as z from 'zod';
import type {
  CheckCounts,
  CrashedCheck,
  RawMisconfiguration,
  ScanProblem,
  SuppressedFinding,
} from '../findings/finding.ts';

const record = z.object({
  check_id: z.string(),
  check_name: z.string().nullish(),
  check_result: z.object({ suppress_comment: z.string().nullish() }),
  file_path: z.string(),
  file_line_range: z.tuple([z.number().int(), z.number().int()]),
  resource: z.string(),
  guideline: z.string().nullish(),
});

const summary = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  parsing_errors: z.number(),
  checkov_version: z.string(),
});

const framework = z.object({
  check_type: z.string(),
  results: z.object({
    passed_checks: z.array(z.unknown()).optional(),
    failed_checks: z.array(record),
    skipped_checks: z.array(record).optional(),
    parsing_errors: z.array(z.string()).optional(),
  }),
  summary,
});

const bare = summary.strict().extend({ resource_count: z.number() });

type Framework = z.infer<typeof framework>;
type CheckovRecord = z.infer<typeof record>;

export interface CheckovReport {
  readonly findings: readonly RawMisconfiguration[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly checks: readonly CheckCounts[];
  /** Absolute paths of what could not be parsed; with files that only looked as if they might be configuration. */
  readonly failed: readonly string[];
}

/** @throws Error in few words when it is none of the shapes, or its parts do not agree with each other */
export function readCheckovReport(json: unknown): CheckovReport {
  if (bare.safeParse(json).success) {
    return { findings: [], suppressed: [], checks: [], failed: [] };
  }
  const read = z.array(framework).safeParse(Array.isArray(json) ? json : [json]);
  if (!read.success) {
    throw new Error(`at ${read.error.issues[0]?.path.join('.') || 'the top'}: ${read.error.issues[0]?.message}`);
  }
  for (const one of read.data) {
    requireAgreement(one);
  }
  return {
    findings: read.data.flatMap(({ results }) => results.failed_checks.map(findingOf)),
    suppressed: read.data.flatMap(({ results }) =>
      (results.skipped_checks ?? []).map(
        (one): SuppressedFinding => ({
          finding: findingOf(one),
          by: 'inline',
          statement: one.check_result.suppress_comment ?? undefined,
        }),
      ),
    ),
    checks: read.data.map(({ check_type, summary: { passed, failed } }) => ({
      scanner: 'checkov',
      framework: check_type,
      passed,
      failed,
    })),
    failed: read.data.flatMap(({ results }) => results.parsing_errors ?? []),
  };
}

function requireAgreement({ check_type, results, summary: counts }: Framework): void {
  const lists = [
    ['failed', results.failed_checks.length, counts.failed],
    ['skipped', (results.skipped_checks ?? []).length, counts.skipped],
    ['parsing_errors', (results.parsing_errors ?? []).length, counts.parsing_errors],
  ] as const;
  for (const [name, listed, counted] of lists) {
    if (listed !== counted) {
      throw new Error(`${check_type} lists ${listed} ${name} and counts ${counted}`);
    }
  }
}

function findingOf(one: CheckovRecord): RawMisconfiguration {
  const [start, end] = one.file_line_range;
  const startLine = Math.max(1, start);
  return {
    kind: 'misconfiguration',
    scanner: 'checkov',
    rule: one.check_id,
    severity: undefined,
    title: one.check_name ?? one.check_id,
    message: undefined,
    location: { file: one.file_path.replace(/^\/+/, ''), startLine, endLine: Math.max(startLine, end) },
    resource: resourceOf(one),
    url: one.guideline ?? undefined,
  };
}

/** In a Dockerfile it is the path and the instruction; the path is no part of a name that has to survive renaming. */
function resourceOf({ resource, file_path }: CheckovRecord): string | undefined {
  const name = resource.startsWith(`${file_path}.`) ? resource.slice(file_path.length + 1) : resource;
  return name === '' ? undefined : name;
}

export interface CheckovLog {
  readonly crashes: readonly CrashedCheck[];
  readonly problems: readonly ScanProblem[];
}

/**
 * What its log says of checks that crashed, and of errors that are not known here. Files that are no YAML are among its errors too: whether
 * they had to be read is decided elsewhere.
 */
export function readCheckovLog(stderr: string): CheckovLog {
  const crashes: CrashedCheck[] = [];
  const problems = new Map<string, ScanProblem>();
  for (const [, message = ''] of stderr.matchAll(/^\S+ \S+ \[[^\]]*\] \[(?:ERROR|CRITI)\] +(.*)$/gm)) {
    const crash = /^Failed to run check (\S+) on (.*):(\S*)$/.exec(message);
    if (crash !== null) {
      const [, rule = '', file = '', resource = ''] = crash;
      const place = file.replace(/^\/+/, '');
      crashes.push({ scanner: 'checkov', rule, file: place, message: `it crashed on ${resource} in ${place}` });
    } else if (!/^(?:YAML error parsing|Parsing error in file|Cannot read file contents) /.test(message)) {
      problems.set(message, {
        code: 'scanner-error',
        scanner: 'checkov',
        message: `Checkov says: ${message.slice(0, 300)}`,
      });
    }
  }
  return { crashes, problems: [...problems.values()] };
}

/**
 * `.trivyignore.yaml` as a file of waivers: Trivy's own format (https://trivy.dev/latest/docs/configuration/filtering/), with an owner beside what Trivy
 * knows (it passes over keys that it does not), and with everything required that makes an exception somebody's and temporary.
 */
import * as z from 'zod';
import { Findings } from '../../../platform/findings.ts';
import type { Problem } from '../../../platform/problems.ts';
import { sortProblems } from '../../../platform/problems.ts';
import { listOf, section, shown, text } from '../../../platform/schema/fields.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { readOneDocument } from '../../../platform/source.ts';
import { globToRegExp, matchesEverything } from './glob.ts';

export const WAIVER_FILE = '.trivyignore.yaml';

/** An exception is granted for at most this long; then somebody must look again. */
export const LONGEST_WAIVER_DAYS = 366;

export interface Waiver {
  readonly kind: 'vulnerability' | 'misconfiguration' | 'secret';
  /** The rule or vulnerability, a leading `AVD-` taken off. */
  readonly id: string;
  readonly owner: string;
  readonly statement: string;
  /** `2026-12-31`: from that day on (UTC) it no longer holds, as Trivy reads it. */
  readonly expiredAt: string;
  readonly paths: readonly string[];
  readonly purls: readonly string[];
  readonly ticket: string | undefined;
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
}

export interface WaiverFile {
  /** Only those without any problem. */
  readonly waivers: readonly Waiver[];
  readonly problems: readonly Problem[];
}

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

const waiverSchema = section(
  'Waiver',
  'One exception: what, where, why, whose, and until when.',
  {
    id: text('The rule or vulnerability, as the scanner names it.', { example: 'CKV_AWS_24' }),
    paths: listOf(
      'Files it holds for, relative to the scanned folder; ** is any number of folders.',
      text('A path or pattern.', { example: 'infra/legacy/*.tf' }),
      { example: '[infra/legacy/network.tf]' },
    ).optional(),
    purls: listOf(
      'Packages it holds for.',
      text('A package URL.', {
        example: 'pkg:npm/lodash',
        pattern: /^pkg:[a-z][a-z0-9.+-]*\/.+/,
        rule: 'a package URL',
      }),
      {
        example: '[pkg:npm/lodash]',
      },
    ).optional(),
    expired_at: text('The day from which it no longer holds (UTC).', {
      example: '2027-01-31',
      pattern: DATE,
      rule: 'a day as year-month-day',
    }),
    statement: text('Why the risk is taken, for whoever reads it in a year.', {
      example: 'Reached only through the VPN until the move in January',
      longest: 4096,
    }),
    owner: text('The person or team that answers for it.', { example: 'team-platform' }),
    ticket: text('Where it is followed up.', { example: 'SEC-123' }).optional(),
  },
  '{ id: CKV_AWS_24, paths: [infra/network.tf], expired_at: 2027-01-31, owner: team-platform, statement: why }',
);

const SECTIONS = {
  vulnerabilities: 'vulnerability',
  misconfigurations: 'misconfiguration',
  secrets: 'secret',
} as const;

const LIST = {
  example: '(entries with id, paths or purls, expired_at, owner and statement)',
  atLeast: 0,
  atMost: 1000,
};
const fileSchema = section('Waivers', "Exceptions of the security gate, in the format of Trivy's ignore file.", {
  vulnerabilities: listOf('Waived vulnerabilities.', waiverSchema, LIST).nullish(),
  misconfigurations: listOf(
    'Waived rules of infrastructure as code, of Trivy and of Checkov.',
    waiverSchema,
    LIST,
  ).nullish(),
  secrets: listOf('Waived secrets.', waiverSchema, LIST).nullish(),
  // The gate judges no licences; Trivy does, so that they may stand here.
  licenses: z
    .array(z.unknown())
    .nullish()
    .meta({ description: "Licences that Trivy passes over; the gate doesn't read them." }),
});

/**
 * Reads the text of a waiver file. A waiver with any problem does not hold, the others do: a mistake never hides a finding. `today`
 * (`2026-11-21`) limits how far ahead an expiry may be; one in the past is no problem of the file.
 */
export function readWaivers(content: string, file: string, today: string): WaiverFile {
  const { document, problems } = readOneDocument(content, file, {
    message: 'a second document begins, which Trivy does not read',
    hint: 'one document, without ---',
  });
  if (document === undefined) {
    return { waivers: [], problems };
  }
  const findings = new Findings(file, document);
  const parsed = fileSchema.safeParse(document.value);
  if (!parsed.success) {
    findings.refused(parsed.error.issues);
  }
  const waivers = Object.entries(SECTIONS).flatMap(([name, kind]) =>
    entriesOf(document.value, name).flatMap((entry, index) => {
      const path = [name, index];
      checkBetweenFields(findings, entry, path, kind, today);
      const checked = waiverSchema.safeParse(entry);
      if (!checked.success || findings.isBroken(path) || problemsWithin(findings, path)) {
        return [];
      }
      const { id, paths = [], purls = [], expired_at, statement, owner, ticket } = checked.data;
      const { line } = document.place(path, 'value');
      return [
        {
          kind,
          id: id.replace(/^AVD-/, ''),
          owner,
          statement,
          expiredAt: expired_at,
          paths,
          purls,
          ticket,
          file,
          line,
        },
      ];
    }),
  );
  return { waivers, problems: sortProblems([...problems, ...findings.problems]) };
}

function problemsWithin(findings: Findings, path: Path): boolean {
  const [name, index] = path;
  return findings.problems.some(({ message }) => message.startsWith(`${name}[${index}]`));
}

function entriesOf(value: unknown, name: string): readonly unknown[] {
  const list = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return Array.isArray(list) ? list : [];
}

function checkBetweenFields(findings: Findings, entry: unknown, path: Path, kind: Waiver['kind'], today: string): void {
  if (typeof entry !== 'object' || entry === null) {
    return;
  }
  const { paths, purls, expired_at: expiry } = entry as Record<string, unknown>;
  if (paths === undefined && purls === undefined) {
    const write = kind === 'vulnerability' ? '[pkg:npm/lodash]' : '[infra/network.tf]';
    const key = kind === 'vulnerability' ? 'purls' : 'paths';
    findings.report({ path: [...path, key], what: 'is missing: a waiver says where it holds', write });
  }
  for (const [index, pattern] of (Array.isArray(paths) ? paths : []).entries()) {
    if (typeof pattern === 'string' && !isUsable(pattern)) {
      findings.report({
        path: [...path, 'paths', index],
        what: `is ${shown(pattern)}, which is no pattern`,
        write: 'infra/network.tf',
      });
    } else if (typeof pattern === 'string' && matchesEverything(pattern)) {
      findings.report({
        path: [...path, 'paths', index],
        what: `is ${shown(pattern)}, which is every file`,
        write: 'infra/network.tf',
      });
    }
  }
  if (typeof expiry === 'string' && DATE.test(expiry) && daysBetween(today, expiry) > LONGEST_WAIVER_DAYS) {
    findings.report({
      path: [...path, 'expired_at'],
      what: `is ${expiry}, more than ${LONGEST_WAIVER_DAYS} days ahead`,
      write: new Date(Date.parse(today) + 90 * 86_400_000).toISOString().slice(0, 10),
    });
  }
}

function isUsable(pattern: string): boolean {
  try {
    globToRegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Whole days from one day to another, both `2026-11-21`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

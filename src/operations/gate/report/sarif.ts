/**
 * The findings as SARIF 2.1.0, within what GitHub accepts (docs.github.com, "SARIF support for code scanning"): one run with a category, a
 * rule and a severity for each result, a fingerprint where uploading cannot compute one from the line, never more results than are kept.
 */
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import { type Severity, toolsOf } from '../findings/finding.ts';
import type { Finding } from '../findings/listed.ts';
import type { GateInput } from '../input.ts';
import type { Judgement } from '../judge.ts';
import type { Waiver } from '../waivers/waiver-file.ts';

/** GitHub takes 25,000 results of a run and keeps the 5,000 worst; a larger file is only slower. */
export const MOST_RESULTS = 5000;
/** Characters of a message before GitHub cuts it (its descriptions have 1024). */
const LONGEST = 1000;

/** Numbers that GitHub shows as critical (from 9.0), high (7.0), medium (4.0) and low; of an unknown severity it shows the level. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string | undefined>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  unknown: undefined,
};

const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'note', unknown: 'warning' } as const;

export interface SarifOptions {
  readonly version: string;
  /** Keeps uploads of several gates of one commit apart; letters, digits, dots, dashes and slashes. */
  readonly category: string;
  /** From the root of the repository to the scanned tree, with a slash at its end, or empty. */
  readonly pathPrefix: string;
}

/** The log as an object, ready for JSON. Waived findings are in it as suppressed, with their statement; secrets are only named. */
export function toSarif(input: GateInput, judgement: Judgement, options: SarifOptions): Log {
  const waivers = new Map(
    judgement.waivers.flatMap(({ waiver, findings }) => findings.map((id) => [id, waiver] as const)),
  );
  const waived = new Set(judgement.waived);
  const findings = input.head.findings.slice(0, MOST_RESULTS);
  const left = input.head.findings.length - findings.length;
  const rules = rulesOf(findings);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const run: Run = {
    tool: {
      driver: {
        name: 'surefoot',
        semanticVersion: options.version,
        rules,
      },
      extensions: toolsOf(input.head.runs),
    },
    automationDetails: { id: `surefoot/${options.category}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: judgement.verdict !== 'inconclusive',
        endTimeUtc: input.now,
        ...(left === 0
          ? {}
          : {
              toolExecutionNotifications: [
                { level: 'warning' as const, message: { text: `${left} findings of lower severity were left out` } },
              ],
            }),
      },
    ],
    results: findings.map((finding) =>
      resultOf(finding, {
        ruleIndex: indexOf.get(finding.rule) ?? -1,
        prefix: options.pathPrefix,
        waiver: waived.has(finding.id) ? waivers.get(finding.id) : undefined,
        change: judgement.changes?.[finding.id],
      }),
    ),
  };
  return { version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json', runs: [run] };
}

/** Findings come worst first, so that a rule gets the severity of its worst. */
function rulesOf(findings: readonly Finding[]): ReportingDescriptor[] {
  const rules = new Map<string, ReportingDescriptor>();
  for (const finding of findings) {
    if (!rules.has(finding.rule)) {
      rules.set(finding.rule, ruleOf(finding));
    }
  }
  return [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function ruleOf(finding: Finding): ReportingDescriptor {
  const severity = SECURITY_SEVERITY[finding.severity];
  // A secret's own title may name the variable; the rule is about all of them.
  const title = finding.kind === 'secret' ? `Secret found by the rule ${finding.rule}` : cut(finding.title);
  const names = finding.names.filter((name) => name !== finding.rule);
  const help = [
    title,
    ...(names.length === 0 ? [] : [`Also known as ${names.join(', ')}.`]),
    ...(finding.url === undefined ? [] : [finding.url]),
  ];
  return {
    id: finding.rule,
    shortDescription: { text: title },
    fullDescription: { text: title },
    ...(finding.url !== undefined && URL.canParse(finding.url) ? { helpUri: finding.url } : {}),
    help: { text: help.join('\n') },
    defaultConfiguration: { level: LEVELS[finding.severity] },
    properties: {
      tags: ['security', finding.kind],
      precision: 'high',
      ...(severity === undefined ? {} : { 'security-severity': severity }),
    },
  };
}

interface ResultContext {
  readonly ruleIndex: number;
  readonly prefix: string;
  readonly waiver: Waiver | undefined;
  readonly change: string | undefined;
}

function resultOf(finding: Finding, { ruleIndex, prefix, waiver, change }: ResultContext): Result {
  const { location } = finding;
  const hasLines = finding.artifact.kind === 'tree' && location?.startLine !== undefined;
  const baselineState = change === undefined ? undefined : change === 'new' ? ('new' as const) : ('unchanged' as const);
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding, prefix) },
          region: regionOf(finding),
        },
      },
    ],
    partialFingerprints: {
      'surefootIdentity/v1': finding.id,
      // With lines, github/codeql-action/upload-sarif adds GitHub's own hash, and warns of any other.
      ...(hasLines ? {} : { primaryLocationLineHash: `${finding.id}:1` }),
    },
    ...(baselineState === undefined ? {} : { baselineState }),
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'external' as const,
              status: 'accepted' as const,
              justification: cut(`${waiver.statement} (${waiver.owner}, until ${waiver.expiredAt})`),
            },
          ],
        }),
    properties: { severitySource: finding.severitySource, foundBy: [...finding.foundBy] },
  };
}

function regionOf({ artifact, location }: Finding) {
  const startLine = artifact.kind === 'tree' ? Math.max(1, location?.startLine ?? 1) : 1;
  const endLine = artifact.kind === 'tree' ? Math.max(startLine, location?.endLine ?? startLine) : 1;
  return { startLine, endLine };
}

/** A path of the repository, or for an image a name in its place, since GitHub wants one. */
function uriOf({ artifact, location }: Finding, prefix: string): string {
  const path = artifact.kind === 'tree' ? `${prefix}${location?.file ?? '.'}` : `image/${artifact.name}`;
  return path.split('/').map(encodeURIComponent).join('/');
}

function messageOf({ kind, title, message, package: found, rule, resource }: Finding): string {
  if (kind === 'vulnerability' && found !== undefined) {
    const fix = found.fixedVersion === undefined ? 'no fix is known' : `fixed in ${found.fixedVersion}`;
    return cut(`${found.name} ${found.installedVersion}: ${rule} ${title} (${fix})`);
  }
  return cut(`${message ?? title}${resource === undefined ? '' : ` (${resource})`}`);
}

function cut(text: string): string {
  const plain = text === '' ? 'no description' : text;
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

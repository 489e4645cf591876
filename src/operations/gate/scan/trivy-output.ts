/** Trivy's JSON report (SchemaVersion 2, 0.69), read into what the gate works with. */
import * as z from 'zod';
import type { Artifact, CheckCounts, RawFinding, Severity } from '../findings/finding.ts';

const text = z.string();
const line = z.number().int().optional();

const vulnerability = z.object({
  VulnerabilityID: text,
  VendorIDs: z.array(text).optional(),
  PkgID: text.optional(),
  PkgName: text,
  PkgPath: text.optional(),
  PkgIdentifier: z.object({ PURL: text.optional() }).optional(),
  InstalledVersion: text.optional(),
  FixedVersion: text.optional(),
  Status: text.optional(),
  Severity: text.optional(),
  SeveritySource: text.optional(),
  Title: text.optional(),
  PrimaryURL: text.optional(),
});

const misconfiguration = z.object({
  ID: text,
  Title: text.optional(),
  Message: text.optional(),
  Severity: text.optional(),
  PrimaryURL: text.optional(),
  Status: z.enum(['PASS', 'FAIL', 'EXCEPTION']),
  CauseMetadata: z.object({ Resource: text.optional(), StartLine: line, EndLine: line }).optional(),
});

const secret = z.object({
  RuleID: text,
  Title: text.optional(),
  Severity: text.optional(),
  StartLine: line,
  EndLine: line,
});

const result = z.object({
  Target: text,
  Class: text.optional(),
  Type: text.optional(),
  Packages: z.array(z.object({ ID: text.optional(), Name: text.optional(), Dev: z.boolean().optional() })).optional(),
  Vulnerabilities: z.array(vulnerability).optional(),
  MisconfSummary: z.object({ Successes: z.number(), Failures: z.number() }).optional(),
  Misconfigurations: z.array(misconfiguration).optional(),
  Secrets: z.array(secret).optional(),
});

/** `Results` is absent when there was nothing to say, which is not the same as nothing wrong. */
const report = z.object({
  SchemaVersion: z.literal(2),
  ArtifactName: text,
  ArtifactType: text,
  Metadata: z
    .object({
      OS: z.object({ Family: text, Name: text.optional(), EOSL: z.boolean().optional() }).optional(),
      RepoTags: z.array(text).optional(),
      RepoDigests: z.array(text).optional(),
    })
    .optional(),
  Results: z.array(result).optional(),
});

export type TrivyReport = z.infer<typeof report>;
type Result = z.infer<typeof result>;

/**
 * Checks the shape.
 * @throws Error in few words when it is another one
 */
export function readTrivyReport(json: unknown): TrivyReport {
  const read = report.safeParse(json);
  if (!read.success) {
    throw new Error(`at ${read.error.issues[0]?.path.join('.') || 'the top'}: ${read.error.issues[0]?.message}`);
  }
  return read.data;
}

/**
 * The findings. `prefix` is taken off the targets of a tree that was scanned from a folder above it, and what is not below it is left out.
 * Vulnerabilities of packages that only development needs are left out, as Trivy does by itself: they are listed to prove the lock file read.
 */
export function trivyFindings(report: TrivyReport, artifact: Artifact, prefix: string): RawFinding[] {
  return (report.Results ?? []).flatMap((one): RawFinding[] => {
    const target = artifact.kind === 'tree' ? below(one.Target, prefix) : one.Target;
    return target === undefined ? [] : findingsOf(one, target, artifact);
  });
}

function findingsOf(one: Result, target: string, artifact: Artifact): RawFinding[] {
  const dev = new Set((one.Packages ?? []).flatMap(({ ID, Dev }) => (Dev === true && ID !== undefined ? [ID] : [])));
  const scanner = 'trivy';
  return [
    ...(one.Vulnerabilities ?? [])
      .filter(({ PkgID }) => PkgID === undefined || !dev.has(PkgID))
      .map((found) => vulnerabilityOf(found, one, target, artifact)),
    ...(one.Misconfigurations ?? [])
      .filter(({ Status }) => Status === 'FAIL')
      .map((found): RawFinding => {
        const { Resource, StartLine, EndLine } = found.CauseMetadata ?? {};
        return {
          kind: 'misconfiguration',
          scanner,
          rule: found.ID.replace(/^AVD-/, ''),
          severity: severityOf(found.Severity),
          title: found.Title ?? found.ID,
          message: found.Message,
          location: { file: target, startLine: positive(StartLine), endLine: positive(EndLine) },
          // For CloudFormation Trivy gives the place instead of a name.
          resource: Resource === undefined || /:\d+(?:-\d+)?$/.test(Resource) ? undefined : Resource,
          url: found.PrimaryURL,
        };
      }),
    ...(one.Secrets ?? []).map(
      (found): RawFinding => ({
        kind: 'secret',
        scanner,
        artifact,
        rule: found.RuleID,
        severity: severityOf(found.Severity),
        title: found.Title ?? found.RuleID,
        location: { file: target, startLine: positive(found.StartLine), endLine: positive(found.EndLine) },
      }),
    ),
  ];
}

function vulnerabilityOf(
  found: z.infer<typeof vulnerability>,
  one: Result,
  target: string,
  artifact: Artifact,
): RawFinding {
  return {
    kind: 'vulnerability',
    scanner: 'trivy',
    artifact,
    id: found.VulnerabilityID,
    aliases: found.VendorIDs ?? [],
    severity: severityOf(found.Severity),
    severitySource: found.SeveritySource,
    package: {
      name: found.PkgName,
      installedVersion: found.InstalledVersion ?? '',
      fixedVersion: found.FixedVersion || undefined,
      purl: found.PkgIdentifier?.PURL,
      path: found.PkgPath || undefined,
    },
    status: found.Status,
    targetClass: one.Class ?? '',
    target,
    title: found.Title ?? found.VulnerabilityID,
    url: found.PrimaryURL,
  };
}

/** Counts of what was checked, one entry a type of configuration. `searched`: files that were searched for secrets. */
export function trivyChecks(report: TrivyReport, searched: number): CheckCounts[] {
  const counts = new Map<string, { passed: number; failed: number }>();
  let withSecrets = 0;
  for (const { Type, MisconfSummary, Secrets } of report.Results ?? []) {
    if (MisconfSummary !== undefined && Type !== undefined) {
      const before = counts.get(Type) ?? { passed: 0, failed: 0 };
      counts.set(Type, {
        passed: before.passed + MisconfSummary.Successes,
        failed: before.failed + MisconfSummary.Failures,
      });
    }
    withSecrets += (Secrets ?? []).length > 0 ? 1 : 0;
  }
  const frameworks = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...frameworks.map(([framework, count]): CheckCounts => ({ scanner: 'trivy', framework, ...count })),
    ...(searched > 0
      ? [
          {
            scanner: 'trivy',
            framework: 'secret',
            passed: Math.max(0, searched - withSecrets),
            failed: withSecrets,
          } as const,
        ]
      : []),
  ];
}

/** Paths of lock files of which packages were read, and of Dockerfiles that were checked: they are in the report exactly then. */
export function trivyTargets(report: TrivyReport): { readonly lockFiles: string[]; readonly dockerfiles: string[] } {
  const results = report.Results ?? [];
  const targets = (keep: (one: Result) => boolean) => results.filter(keep).map(({ Target }) => Target);
  return {
    lockFiles: targets((one) => one.Class === 'lang-pkgs' && (one.Packages ?? []).length > 0),
    dockerfiles: targets((one) => one.Class === 'config' && one.Type === 'dockerfile'),
  };
}

/** The path without the prefix; undefined when it is not below it. */
export function below(path: string, prefix: string): string | undefined {
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

function severityOf(text: string | undefined): Severity {
  const lower = text?.toLowerCase();
  return lower === 'critical' || lower === 'high' || lower === 'medium' || lower === 'low' ? lower : 'unknown';
}

/** Trivy writes 0 for no line. */
function positive(line: number | undefined): number | undefined {
  return line === undefined || line < 1 ? undefined : line;
}

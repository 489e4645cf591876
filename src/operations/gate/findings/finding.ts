/**
 * What a scan of one tree gives, before anything is merged or judged: the contract between the scanners' side, which runs Trivy
 * and Checkov and proves what they read, and the core, which makes one list of findings, compares, and gives a verdict.
 *
 * Everywhere: `file` is relative to the root of the scanned tree, with forward slashes and no leading one; lines count from 1.
 */

export type Scanner = 'trivy' | 'checkov' | 'surefoot';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
/** `unknown`: nobody has said how bad it is. It is never taken for low. */
export type Severity = (typeof SEVERITIES)[number];

/** Where something stands; lines are undefined when it concerns the whole file. */
export interface Location {
  readonly file: string;
  readonly startLine: number | undefined;
  readonly endLine: number | undefined;
}

/** Whether they share a line; something without lines concerns its whole file. */
export function overlaps(a: Location, b: Location): boolean {
  const end = (place: Location) => place.endLine ?? place.startLine ?? Number.POSITIVE_INFINITY;
  return a.file === b.file && (a.startLine ?? 1) <= end(b) && (b.startLine ?? 1) <= end(a);
}

/** What was looked into: the tree itself, or a container image. */
export type Artifact =
  | { readonly kind: 'tree' }
  /** `name` without tag and digest, e.g. `ghcr.io/acme/api`; `reference` as it was given. */
  | { readonly kind: 'image'; readonly name: string; readonly reference: string };

/** A known vulnerability of a package (Trivy `Vulnerabilities[]`). */
export interface RawVulnerability {
  readonly kind: 'vulnerability';
  readonly scanner: Scanner;
  readonly artifact: Artifact;
  /** `CVE-…` where there is one, else what the scanner calls it (`GHSA-…`). */
  readonly id: string;
  /** Other names of the same vulnerability (`VendorIDs`). */
  readonly aliases: readonly string[];
  readonly severity: Severity;
  /** Whose severity it is, e.g. `ghsa` or `nvd`. */
  readonly severitySource: string | undefined;
  readonly package: {
    readonly name: string;
    readonly installedVersion: string;
    /** undefined: no fix is known. */
    readonly fixedVersion: string | undefined;
    readonly purl: string | undefined;
    /** `PkgPath`: the file inside the artifact that holds the package. */
    readonly path: string | undefined;
  };
  /** Trivy's word: `affected`, `fixed`, `will_not_fix`, `end_of_life`, …. */
  readonly status: string | undefined;
  /** Trivy's `Class`, e.g. `os-pkgs` or `lang-pkgs`. */
  readonly targetClass: string;
  /** Trivy's `Target` for a tree: the lock file. For an image it holds tag and version of the system, so the core ignores it there. */
  readonly target: string;
  readonly title: string;
  readonly url: string | undefined;
}

/** A rule of infrastructure as code that is not kept (Trivy `Misconfigurations[]` with status FAIL, Checkov `failed_checks[]`). */
export interface RawMisconfiguration {
  readonly kind: 'misconfiguration';
  readonly scanner: Scanner;
  /** The scanner's own id: `AWS-0107` (a leading `AVD-` taken off) or `CKV_AWS_24`. */
  readonly rule: string;
  /** undefined when the scanner does not say, as Checkov without a key never does. */
  readonly severity: Severity | undefined;
  readonly title: string;
  /** What is wrong at this place, when the scanner says more than the title. */
  readonly message: string | undefined;
  readonly location: Location;
  /** The address as the scanner gives it: `aws_s3_bucket.logs`, `module.a.aws_s3_bucket.b[0]`; undefined when it names none. */
  readonly resource: string | undefined;
  readonly url: string | undefined;
}

/**
 * A secret in a file. The scanner's side never hands on the secret, a part of it, or an unsalted hash of it (as Checkov's `resource` is):
 * the core compares by a salted hash of the lines at `location`, which it reads itself.
 */
export interface RawSecret {
  readonly kind: 'secret';
  readonly scanner: Scanner;
  readonly artifact: Artifact;
  /** Trivy's `RuleID` or Checkov's `CKV_SECRET_n`. */
  readonly rule: string;
  readonly severity: Severity | undefined;
  readonly title: string;
  readonly location: Location;
}

export type RawFinding = RawVulnerability | RawMisconfiguration | RawSecret;

/** A finding that a scanner saw and put aside (Checkov `skipped_checks[]`, Trivy `ExperimentalModifiedFindings[]`). */
export interface SuppressedFinding {
  readonly finding: RawFinding;
  readonly by: 'inline' | 'ignore-file' | 'vex';
  /** The text beside the suppression. */
  readonly statement: string | undefined;
}

/** Checks of one framework of one scanner that were made. */
export interface CheckCounts {
  readonly scanner: Scanner;
  /** `terraform`, `dockerfile`, `github_actions`, …. */
  readonly framework: string;
  readonly passed: number;
  readonly failed: number;
}

/** One file that a scanner had to read. `unproven`: neither its success nor its failure can be shown. */
export interface CoveredFile {
  readonly file: string;
  readonly scanner: Scanner;
  /** As the file is: `terraform`, `cloudformation`, `dockerfile`, `github-workflow`, `lock-file`, …. */
  readonly type: string;
  readonly state: 'parsed' | 'failed' | 'unproven';
  /** Why it is not `parsed`. */
  readonly detail: string | undefined;
}

/** A check that ended with an error of its own: nobody knows what it would have found. */
export interface CrashedCheck {
  readonly scanner: Scanner;
  readonly rule: string;
  readonly file: string | undefined;
  readonly message: string;
}

/** Why a scan proves nothing, or less than it should: a scanner killed, output cut short, an unknown shape, a missing folder, …. */
export interface ScanProblem {
  /** Stable, e.g. `scanner-killed`, `output-truncated`, `nothing-scanned`. */
  readonly code: string;
  readonly scanner: Scanner;
  readonly message: string;
}

/** What was looked at. Any failed or unproven file, crash or problem makes the verdict `inconclusive`. */
export interface Coverage {
  /** Each file once for each scanner that had to read it. */
  readonly files: readonly CoveredFile[];
  readonly crashes: readonly CrashedCheck[];
  readonly problems: readonly ScanProblem[];
}

export interface VulnerabilityDatabase {
  /** Version of the database's schema. */
  readonly version: number;
  /** When its content was made, ISO 8601. Its age is judged by the core. */
  readonly updatedAt: string;
}

/** One run of one scanner, for the record. */
export interface ScannerRun {
  readonly scanner: Scanner;
  readonly version: string;
  /** Arguments as they were given, without the path of the program. */
  readonly arguments: readonly string[];
  readonly seconds: number;
  /** null when a signal ended it. */
  readonly exitCode: number | null;
}

/** Everything that the scanners said about one tree (and the images scanned with it). */
export interface TreeScan {
  /** Absolute path; the core reads files under it for content hashes and its own findings. It must still be there when the core runs. */
  readonly root: string;
  readonly findings: readonly RawFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly checks: readonly CheckCounts[];
  readonly coverage: Coverage;
  /** undefined: no vulnerabilities were looked for. */
  readonly database: VulnerabilityDatabase | undefined;
  readonly runs: readonly ScannerRun[];
  /** Images whose operating system gets no more fixes (`Metadata.OS.EOSL`): what is found there is incomplete. */
  readonly endOfLifeImages: readonly string[];
  /** Path of a CycloneDX file for each artifact that one was made of. */
  readonly sboms: readonly { readonly artifact: Artifact; readonly path: string }[];
}

/** Each scanner that ran, once, in the order of their first runs. */
export function toolsOf(runs: readonly ScannerRun[]): { readonly name: Scanner; readonly version: string }[] {
  return [...new Map(runs.map(({ scanner, version }) => [scanner, { name: scanner, version }])).values()];
}

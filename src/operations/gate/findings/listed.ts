/** A finding on the one list: whoever reported it, however often. */
import type { Artifact, Location, Scanner, Severity, SuppressedFinding } from './finding.ts';

export interface Suppression {
  readonly scanner: Scanner;
  readonly rule: string;
  readonly by: SuppressedFinding['by'];
  readonly statement: string | undefined;
}

export interface Finding {
  /** Public and stable: without lines and versions, the same in every run of the same tree. */
  readonly id: string;
  /** Hash of what it is and where; findings of one tree that share it are told apart by how many there are. */
  readonly key: string;
  /** Only within one run: as `key`, but of a secret it says which secret. */
  readonly matchKey: string;
  /** Hash of what stands there, wherever it stands; for a secret only within one run. */
  readonly content: string | undefined;
  readonly kind: 'vulnerability' | 'misconfiguration' | 'secret';
  /** Trivy's where two scanners name the same rule differently. */
  readonly rule: string;
  /** All names of it; a waiver may use any. */
  readonly names: readonly string[];
  readonly severity: Severity;
  /** Who says so: a scanner, one of its sources, or `table`. */
  readonly severitySource: string;
  readonly title: string;
  readonly message: string | undefined;
  readonly artifact: Artifact;
  /** The lock file of a vulnerability, undefined in an image. */
  readonly location: Location | undefined;
  readonly resource: string | undefined;
  readonly package: ListedPackage | undefined;
  readonly url: string | undefined;
  readonly foundBy: readonly Scanner[];
  /** Comments and files that would hide it from a scanner. It is on the list all the same. */
  readonly suppressions: readonly Suppression[];
  /** On CISA's list of vulnerabilities known to be exploited; undefined: the list was not given, or it is no CVE. */
  readonly knownExploited: boolean | undefined;
  /** Probability of exploitation within 30 days (FIRST's EPSS), 0 to 1; undefined: not given or not listed. */
  readonly epss: number | undefined;
}

export interface ListedPackage {
  readonly name: string;
  readonly installedVersion: string;
  /** undefined: no fix is known. */
  readonly fixedVersion: string | undefined;
  readonly purl: string | undefined;
  readonly path: string | undefined;
}

/** Where it is, for people: file and line, or the image. */
export function placeOf(finding: Pick<Finding, 'artifact' | 'location'>): string {
  const { artifact, location } = finding;
  if (location === undefined) {
    return artifact.kind === 'image' ? artifact.name : 'the tree';
  }
  const place = location.startLine === undefined ? location.file : `${location.file}:${location.startLine}`;
  return artifact.kind === 'image' ? `${artifact.name} ${place}` : place;
}

/** Small scans to judge: what scanners said of trees that are a few lines long. */
import type {
  Location,
  RawFinding,
  RawMisconfiguration,
  RawSecret,
  RawVulnerability,
  TreeScan,
} from '../../../src/operations/gate/findings/finding.ts';
import { reportedWithSuppressed } from '../../../src/operations/gate/findings/inline.ts';
import { listFindings } from '../../../src/operations/gate/findings/list.ts';
import type { Finding } from '../../../src/operations/gate/findings/listed.ts';
import { NO_OVERLAYS, type Overlays } from '../../../src/operations/gate/findings/overlays.ts';
import { ownFindings } from '../../../src/operations/gate/findings/own-findings.ts';
import type { GateInput, ListedTree } from '../../../src/operations/gate/input.ts';
import type { GateTarget } from '../../../src/operations/gate/targets.ts';

export const NOW = '2026-11-21T12:00:00.000Z';
export const TODAY = '2026-11-21';

/** The same for all lists of a test, as for the trees of one run. */
export const KEY = new Uint8Array(32).fill(7);

export function at(file: string, startLine?: number, endLine?: number): Location {
  return { file, startLine, endLine: endLine ?? startLine };
}

export function trivy(rule: string, location: Location, more: Partial<RawMisconfiguration> = {}): RawMisconfiguration {
  return {
    kind: 'misconfiguration',
    scanner: 'trivy',
    rule,
    severity: 'high',
    title: `title of ${rule}`,
    message: undefined,
    location,
    resource: undefined,
    url: undefined,
    ...more,
  };
}

export function checkov(
  rule: string,
  location: Location,
  more: Partial<RawMisconfiguration> = {},
): RawMisconfiguration {
  return trivy(rule, location, { scanner: 'checkov', severity: undefined, ...more });
}

export function secret(rule: string, location: Location, more: Partial<RawSecret> = {}): RawSecret {
  return {
    kind: 'secret',
    scanner: 'trivy',
    artifact: { kind: 'tree' },
    rule,
    severity: 'critical',
    title: `a secret`,
    location,
    ...more,
  };
}

export function vulnerability(
  id: string,
  more: Partial<RawVulnerability> & { readonly version?: string } = {},
): RawVulnerability {
  const { version = '4.17.4', ...rest } = more;
  return {
    kind: 'vulnerability',
    scanner: 'trivy',
    artifact: { kind: 'tree' },
    id,
    aliases: [],
    severity: 'high',
    severitySource: 'ghsa',
    package: {
      name: 'lodash',
      installedVersion: version,
      fixedVersion: '4.17.12',
      purl: `pkg:npm/lodash@${version}`,
      path: undefined,
    },
    status: 'fixed',
    targetClass: 'lang-pkgs',
    target: 'package-lock.json',
    title: `title of ${id}`,
    url: `https://avd.example/${id}`,
    ...rest,
  };
}

export function scanOf(findings: readonly RawFinding[], more: Partial<TreeScan> = {}): TreeScan {
  return {
    root: '/nowhere',
    findings,
    suppressed: [],
    checks: [{ scanner: 'trivy', framework: 'terraform', passed: 5, failed: findings.length }],
    coverage: {
      files: [{ file: 'main.tf', scanner: 'trivy', type: 'terraform', state: 'parsed', detail: undefined }],
      crashes: [],
      problems: [],
    },
    database: { version: 2, updatedAt: '2026-11-21T06:00:00.000Z' },
    runs: [
      { scanner: 'trivy', version: '0.69.3', arguments: ['config', '.'], seconds: 1, exitCode: 0 },
      { scanner: 'checkov', version: '3.3.30', arguments: ['-d', '.'], seconds: 3, exitCode: 1 },
    ],
    endOfLifeImages: [],
    sboms: [],
    ...more,
  };
}

/** The list of a tree: what scanners said, surefoot's own findings and hidden ones. */
export function listOf(
  findings: readonly RawFinding[],
  files: Readonly<Record<string, string>> = {},
  more: { readonly scan?: Partial<TreeScan>; readonly overlays?: Overlays } = {},
): Finding[] {
  const sources = new Map(Object.entries(files));
  const scan = scanOf([...findings, ...ownFindings(sources)], more.scan);
  return listFindings(reportedWithSuppressed(scan, sources, TODAY), {
    sources,
    secretKey: KEY,
    overlays: more.overlays ?? NO_OVERLAYS,
  });
}

export function treeOf(findings: readonly Finding[], more: Partial<ListedTree> = {}): ListedTree {
  const { coverage, checks, database, endOfLifeImages, runs } = scanOf([]);
  return { name: 'head', findings, coverage, checks, database, endOfLifeImages, runs, ...more };
}

export function target(indicator: GateTarget['indicator'], value = '0', more: Partial<GateTarget> = {}): GateTarget {
  return { name: indicator, indicator, comparison: 'lte', value, unit: 'count', from: 'surefoot.yml', ...more };
}

export function inputOf(head: readonly Finding[], more: Partial<GateInput> = {}): GateInput {
  return {
    now: NOW,
    head: treeOf(head),
    base: undefined,
    targets: [target('critical-findings'), target('high-findings')],
    waivers: [],
    baseline: undefined,
    firstSeen: {},
    remembers: false,
    refusals: [],
    ...more,
  };
}

/** From what scanners reported of one tree to the one list of findings, each with an identity that outlives moves and upgrades. */

import { type RatedSeverity, sameRules, severityOf } from '../rules/rules.ts';
import { type ContentHashes, contentHashes, type Sources, sha256 } from './content.ts';
import type { RawMisconfiguration, RawSecret, RawVulnerability, Severity } from './finding.ts';
import { SEVERITIES } from './finding.ts';
import type { Finding, Suppression } from './listed.ts';
import { type Group, mergeReported, type Reported } from './merge.ts';
import type { Overlays } from './overlays.ts';

export interface ListOptions {
  readonly sources: Sources;
  /** Random, the same for all trees that are compared, never written anywhere. */
  readonly secretKey: Uint8Array;
  readonly overlays: Overlays;
}

/** A finding before its place among equals is known. */
interface Draft extends Omit<Finding, 'id' | 'key'> {
  /** What it is and where, without lines, versions and secrets. */
  readonly identity: string;
}

/** The list, worst first. The same reports in any order give the same list. */
export function listFindings(reported: readonly Reported[], options: ListOptions): Finding[] {
  const merged = mergeReported(reported);
  const secrets = merged.secrets.flatMap((group) => group.map(({ raw }) => raw.location));
  const hashes = contentHashes(options.sources, options.secretKey, secrets);
  const drafts = [
    ...merged.vulnerabilities.map((group) => fromVulnerability(group, options.overlays)),
    ...merged.misconfigurations.map((group) => fromMisconfiguration(group, hashes)),
    ...merged.secrets.map((group) => fromSecret(group, hashes)),
  ];
  return withIdentities(drafts).sort(worstFirst);
}

/** Worst first, then by place and name. */
export function worstFirst(a: Finding, b: Finding): number {
  return (
    Number(b.kind === 'secret') - Number(a.kind === 'secret') ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(b.knownExploited ?? false) - Number(a.knownExploited ?? false) ||
    compareText(a.location?.file ?? '', b.location?.file ?? '') ||
    (a.location?.startLine ?? 0) - (b.location?.startLine ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function withIdentities(drafts: readonly Draft[]): Finding[] {
  const seen = new Map<string, number>();
  const place = ({ location, message }: Draft) =>
    `${String(location?.startLine ?? 0).padStart(7, '0')}-${String(location?.endLine ?? 0).padStart(7, '0')}\0${message ?? ''}`;
  const inOrder = drafts
    .map((draft) => ({ draft, order: `${draft.identity}\0${place(draft)}` }))
    .sort((a, b) => compareText(a.order, b.order));
  return inOrder.map(({ draft }) => {
    const { identity, ...rest } = draft;
    const key = sha256(identity);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { id: count === 1 ? key : sha256(`${identity}\0${count}`), key, ...rest };
  });
}

function fromVulnerability(group: Group<RawVulnerability>, overlays: Overlays): Draft {
  const [{ raw }] = group;
  const cve = [raw.id, ...raw.aliases].find((name) => name.startsWith('CVE-')) ?? raw.id;
  const { name, installedVersion, purl, path } = raw.package;
  const where = raw.artifact.kind === 'tree' ? `tree ${raw.target}` : `image ${raw.artifact.name}`;
  // Paths of installed packages often hold the version: usr/lib/python3/site-packages/requests-2.31.0.dist-info.
  const stablePath = (path ?? '').replaceAll(installedVersion === '' ? '\0' : installedVersion, '*');
  const what = [cve, purl === undefined ? name : purlWithoutVersion(purl), stablePath].join('\0');
  const identity = ['vulnerability', where, what].join('\0');
  const isCve = cve.startsWith('CVE-');
  return {
    identity,
    matchKey: sha256(identity),
    content: sha256(what),
    kind: 'vulnerability',
    rule: cve,
    names: unique([cve, raw.id, ...raw.aliases]),
    severity: raw.severity,
    severitySource: raw.severitySource ?? raw.scanner,
    title: raw.title,
    message: undefined,
    artifact: raw.artifact,
    location: raw.artifact.kind === 'tree' ? { file: raw.target, startLine: undefined, endLine: undefined } : undefined,
    resource: undefined,
    package: raw.package,
    url: raw.url,
    foundBy: [raw.scanner],
    suppressions: suppressionsOf(group),
    knownExploited: isCve ? overlays.knownExploited?.has(cve) : undefined,
    epss: overlays.epss?.get(cve),
  };
}

/** `pkg:npm/lodash@4.17.4?arch=x#sub` to `pkg:npm/lodash` (package-url specification: version after the last @, then qualifiers, then subpath). */
export function purlWithoutVersion(purl: string): string {
  const bare = purl.replace(/[?#].*$/s, '');
  const at = bare.lastIndexOf('@');
  return at > bare.lastIndexOf('/') ? bare.slice(0, at) : bare;
}

function fromMisconfiguration(group: Group<RawMisconfiguration>, hashes: ContentHashes): Draft {
  const [{ raw }] = group;
  const rated = worstOf(group.map((one) => severityOf(one.raw)));
  // Trivy names a module where Checkov gives the whole address.
  const resource = group.map((one) => one.raw.resource).sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))[0];
  const location = narrowest(group.map((one) => one.raw.location));
  const rule = raw.scanner === 'checkov' ? (sameRules(raw.rule)[0] ?? raw.rule) : raw.rule;
  const widest = [...group].sort((a, b) => spanOf(b.raw.location) - spanOf(a.raw.location))[0];
  const whole = widest?.raw.location ?? location;
  const block = hashes.open(whole);
  const identity = ['misconfiguration', rule, location.file, resource ?? `content ${block ?? ''}`].join('\0');
  return {
    identity,
    matchKey: sha256(identity),
    content: block ?? hashes.keyed(whole),
    kind: 'misconfiguration',
    rule,
    names: unique([rule, ...group.map((one) => one.raw.rule)]),
    severity: rated.severity,
    severitySource: rated.source,
    title: raw.title,
    message: raw.message,
    artifact: { kind: 'tree' },
    location,
    resource,
    package: undefined,
    url: group.map((one) => one.raw.url).find((url) => url !== undefined),
    foundBy: unique(group.map((one) => one.raw.scanner)),
    suppressions: suppressionsOf(group),
    knownExploited: undefined,
    epss: undefined,
  };
}

function fromSecret(group: Group<RawSecret>, hashes: ContentHashes): Draft {
  const [{ raw }] = group;
  const rated = worstOf(group.map((one) => severityOf(one.raw)));
  const where = raw.artifact.kind === 'tree' ? raw.location.file : `image ${raw.artifact.name} ${raw.location.file}`;
  // Files of an image are not at hand, so that its secrets are told apart by rule and file alone.
  const content = raw.artifact.kind === 'tree' ? hashes.keyed(raw.location) : undefined;
  const identity = ['secret', raw.rule, where].join('\0');
  return {
    identity,
    matchKey: sha256(content === undefined ? identity : ['secret', where, content].join('\0')),
    content,
    kind: 'secret',
    rule: raw.rule,
    names: unique(group.map((one) => one.raw.rule)),
    severity: rated.severity,
    severitySource: rated.source,
    title: raw.title,
    message: undefined,
    artifact: raw.artifact,
    location: raw.location,
    resource: undefined,
    package: undefined,
    url: undefined,
    foundBy: unique(group.map((one) => one.raw.scanner)),
    suppressions: suppressionsOf(group),
    knownExploited: undefined,
    epss: undefined,
  };
}

function suppressionsOf(group: readonly Reported[]): Suppression[] {
  return group.flatMap(({ suppression }) => (suppression === undefined ? [] : [suppression]));
}

/** The worst severity that somebody gave; `unknown` only when nobody did. */
function worstOf(rated: readonly RatedSeverity[]): RatedSeverity {
  const rank = (severity: Severity) => SEVERITIES.indexOf(severity);
  const [worst] = [...rated].sort((a, b) => rank(a.severity) - rank(b.severity));
  return worst ?? { severity: 'unknown', source: 'nobody' };
}

function spanOf(location: RawMisconfiguration['location']): number {
  return location.startLine === undefined
    ? Number.MAX_SAFE_INTEGER
    : (location.endLine ?? location.startLine) - location.startLine;
}

function narrowest(locations: readonly RawMisconfiguration['location'][]): RawMisconfiguration['location'] {
  const [first] = [...locations].sort((a, b) => spanOf(a) - spanOf(b));
  return first ?? { file: '', startLine: undefined, endLine: undefined };
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}

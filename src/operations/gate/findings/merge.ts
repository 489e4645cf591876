/** Many scanners' findings to groups that are each one problem. Nothing depends on the order in which they came. */

import { sameRules } from '../rules/rules.ts';
import {
  type Location,
  overlaps,
  type RawFinding,
  type RawMisconfiguration,
  type RawSecret,
  type RawVulnerability,
} from './finding.ts';
import { indexBy } from './index-by.ts';
import type { Suppression } from './listed.ts';

/** One thing a scanner said, or would have said without a suppression. */
export interface Reported<Raw extends RawFinding = RawFinding> {
  readonly raw: Raw;
  readonly suppression: Suppression | undefined;
}

/** Everything that was said about one problem; the first is the one it is named after. */
export type Group<Raw extends RawFinding = RawFinding> = readonly [Reported<Raw>, ...Reported<Raw>[]];

export interface Merged {
  readonly vulnerabilities: readonly Group<RawVulnerability>[];
  readonly misconfigurations: readonly Group<RawMisconfiguration>[];
  readonly secrets: readonly Group<RawSecret>[];
}

/**
 * Groups what is the same problem: exact repeats of one scanner; a Trivy and a Checkov rule that are the same (by the reviewed table) on
 * overlapping lines of one file; secrets of several scanners on overlapping lines; surefoot's own findings where a scanner has said it already.
 */
export function mergeReported(all: readonly Reported[]): Merged {
  const unique = withoutRepeats(all);
  const misconfigurations = pairRules(unique.filter(isMisconfiguration));
  return {
    vulnerabilities: unique.filter(isVulnerability).map((one) => [one]),
    misconfigurations,
    secrets: groupSecrets(unique.filter(isSecret), misconfigurations),
  };
}

/** Rules of scanners that say what one of surefoot's own says; the own one then adds nothing. */
const OWN_EQUIVALENTS: Readonly<Record<string, readonly string[]>> = {
  'surefoot-mutable-image': ['DS-0001', 'CKV_DOCKER_7'],
  'surefoot-plain-secret': ['CKV_AWS_45', 'CKV_AWS_46', 'AWS-0029', 'AWS-0129', 'DS-0031', 'CKV_AWS_384'],
};

function isVulnerability(one: Reported): one is Reported<RawVulnerability> {
  return one.raw.kind === 'vulnerability';
}

function isMisconfiguration(one: Reported): one is Reported<RawMisconfiguration> {
  return one.raw.kind === 'misconfiguration';
}

function isSecret(one: Reported): one is Reported<RawSecret> {
  return one.raw.kind === 'secret';
}

/** Each thing once, in an order that depends only on what they are. Trivy repeats some findings word by word. */
function withoutRepeats(all: readonly Reported[]): Reported[] {
  const byText = new Map<string, Reported>();
  for (const one of all) {
    byText.set(sortKey(one), one);
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function sortKey({ raw, suppression }: Reported): string {
  const place = 'location' in raw ? raw.location : { file: raw.target, startLine: undefined, endLine: undefined };
  const lines = `${sortable(place.startLine)}\0${sortable(place.endLine)}`;
  const aside = suppression === undefined ? '' : JSON.stringify(suppression);
  return `${raw.kind}\0${place.file}\0${lines}\0${raw.scanner}\0${saidOf(raw)}\0${aside}`;
}

function sortable(line: number | undefined): string {
  return String(line ?? 0).padStart(7, '0');
}

function saidOf(raw: RawFinding): string {
  if (raw.kind === 'misconfiguration') {
    return `${raw.rule}\0${raw.resource}\0${raw.message}\0${raw.severity}\0${raw.title}\0${raw.url}`;
  }
  const artifact = raw.artifact.kind === 'tree' ? '' : raw.artifact.reference;
  return raw.kind === 'secret'
    ? `${artifact}\0${raw.rule}\0${raw.severity}\0${raw.title}`
    : `${artifact}\0${raw.id}\0${JSON.stringify(raw.package)}\0${raw.severity}\0${raw.status}`;
}

type Misconfiguration = Reported<RawMisconfiguration>;

/** Each Trivy finding takes at most one finding of each Checkov rule that is the same; the rest stand for themselves. */
function pairRules(all: readonly Misconfiguration[]): Group<RawMisconfiguration>[] {
  const groups = all
    .filter(({ raw }) => raw.scanner === 'trivy')
    .map((trivy): [Misconfiguration, ...Misconfiguration[]] => [trivy]);
  const byRule = indexBy(groups, ([{ raw }]) => `${raw.location.file}\0${raw.rule}`);
  const checkov = indexBy(
    all.filter(({ raw }) => raw.scanner !== 'trivy'),
    ({ raw }) => `${raw.location.file}\0${raw.rule}`,
  );
  const rest: Misconfiguration[] = [];
  for (const candidates of checkov.values()) {
    const { file } = candidates[0].raw.location;
    const partners = sameRules(candidates[0].raw.rule).flatMap((rule) => byRule.get(`${file}\0${rule}`) ?? []);
    rest.push(...attach(candidates, partners));
  }
  const named: [Misconfiguration, ...Misconfiguration[]][] = [
    ...groups,
    ...rest.filter(({ raw }) => raw.scanner === 'checkov').map((one): [Misconfiguration] => [one]),
  ];
  const own = rest.filter(({ raw }) => raw.scanner === 'surefoot');
  const said = withEquivalents(named);
  return [...named, ...own.filter(({ raw }) => !saidAlready(raw, said)).map((one): [Misconfiguration] => [one])];
}

type Partner = [Misconfiguration, ...Misconfiguration[]];

/** Gives each partner at most one candidate, first by the same resource, then by lines alone. Returns the candidates left over. */
function attach(candidates: readonly Misconfiguration[], partners: readonly Partner[]): readonly Misconfiguration[] {
  const taken = new Set<Misconfiguration>();
  const byResource = indexBy(candidates, ({ raw }) => raw.resource ?? '');
  const open = partners.filter((partner) => {
    const { location, resource } = partner[0].raw;
    const same = resource === undefined ? [] : (byResource.get(resource) ?? []);
    const found = same.find((one) => !taken.has(one) && overlaps(one.raw.location, location));
    if (found !== undefined) {
      partner.push(found);
      taken.add(found);
    }
    return found === undefined;
  });
  takeOverlapping(
    open.sort((a, b) => startOf(a[0]) - startOf(b[0])),
    candidates.filter((one) => !taken.has(one)).sort((a, b) => startOf(a) - startOf(b)),
    taken,
  );
  return candidates.filter((one) => !taken.has(one));
}

/** Candidates and partners come in the order of their first lines, so that what ends before a partner is past for all that follow. */
function takeOverlapping(
  partners: readonly Partner[],
  candidates: readonly Misconfiguration[],
  taken: Set<Misconfiguration>,
): void {
  let first = 0;
  for (const partner of partners) {
    const { location } = partner[0].raw;
    while (first < candidates.length && isPast(candidates[first], startOf(partner[0]), taken)) {
      first += 1;
    }
    for (let index = first; index < candidates.length; index += 1) {
      const one = candidates[index];
      if (one === undefined || startOf(one) > endOf(location)) {
        break;
      }
      if (!taken.has(one) && overlaps(one.raw.location, location)) {
        partner.push(one);
        taken.add(one);
        break;
      }
    }
  }
}

function isPast(one: Misconfiguration | undefined, line: number, taken: ReadonlySet<Misconfiguration>): boolean {
  return one !== undefined && (taken.has(one) || endOf(one.raw.location) < line);
}

function startOf({ raw }: Misconfiguration): number {
  return raw.location.startLine ?? 1;
}

function endOf({ startLine, endLine }: Location): number {
  return endLine ?? startLine ?? Number.POSITIVE_INFINITY;
}

/** What scanners reported by rules that say the same as one of surefoot's own. */
function withEquivalents(groups: readonly Group<RawMisconfiguration>[]): readonly RawMisconfiguration[] {
  const rules = new Set(Object.values(OWN_EQUIVALENTS).flat());
  return groups.flatMap((group) => group.map(({ raw }) => raw).filter(({ rule }) => rules.has(rule)));
}

function saidAlready(own: RawMisconfiguration | RawSecret, said: readonly RawMisconfiguration[]): boolean {
  const equivalents = OWN_EQUIVALENTS[own.rule] ?? [];
  return said.some((one) => equivalents.includes(one.rule) && overlaps(one.location, own.location));
}

/** Secrets on overlapping lines are one: scanners see the same word by different rules. */
function groupSecrets(
  all: readonly Reported<RawSecret>[],
  misconfigurations: readonly Group<RawMisconfiguration>[],
): Group<RawSecret>[] {
  const rank = { trivy: 0, checkov: 1, surefoot: 2 } as const;
  const groups: [Reported<RawSecret>, ...Reported<RawSecret>[]][] = [];
  const byFile = indexBy(all, ({ raw }) => `${JSON.stringify(raw.artifact)}\0${raw.location.file}`);
  for (const secrets of byFile.values()) {
    const inFile: [Reported<RawSecret>, ...Reported<RawSecret>[]][] = [];
    for (const secret of [...secrets].sort((a, b) => rank[a.raw.scanner] - rank[b.raw.scanner])) {
      const group = inFile.find(([first, ...others]) =>
        // Two of one scanner on one line are two.
        [first, ...others].every(({ raw }) => raw.scanner !== secret.raw.scanner)
          ? overlaps(first.raw.location, secret.raw.location)
          : false,
      );
      if (group === undefined) {
        inFile.push([secret]);
      } else {
        group.push(secret);
      }
    }
    groups.push(...inFile);
  }
  const said = withEquivalents(misconfigurations);
  return groups.filter(([{ raw }]) => raw.scanner !== 'surefoot' || !saidAlready(raw, said));
}

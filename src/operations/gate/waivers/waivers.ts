/** Which findings a waiver covers, and which waivers cover nothing. */

import { purlWithoutVersion } from '../findings/list.ts';
import type { Finding } from '../findings/listed.ts';
import { globToRegExp } from './glob.ts';
import { daysBetween, type Waiver } from './waiver-file.ts';

/** Days before its end from which a waiver is reported as ending. */
const SOON = 14;

export interface WaiverUse {
  readonly waiver: Waiver;
  readonly state: 'holds' | 'ends-soon' | 'expired';
  /** Ids of the findings it covers, or would cover if it had not expired. */
  readonly findings: readonly string[];
}

export interface AppliedWaivers {
  readonly byFinding: ReadonlyMap<string, Waiver>;
  readonly uses: readonly WaiverUse[];
}

/** `today`: `2026-11-21`, UTC. A waiver ends at the start of its day, as in Trivy. */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[], today: string): AppliedWaivers {
  const byName = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const name of finding.names) {
      const same = byName.get(name);
      if (same === undefined) {
        byName.set(name, [finding]);
      } else {
        same.push(finding);
      }
    }
  }
  const byFinding = new Map<string, Waiver>();
  const uses = waivers.map((waiver): WaiverUse => {
    const covered = coveredBy(waiver, byName.get(waiver.id) ?? []);
    const left = daysBetween(today, waiver.expiredAt);
    for (const { id } of left > 0 ? covered : []) {
      if (!byFinding.has(id)) {
        byFinding.set(id, waiver);
      }
    }
    const state = left <= 0 ? 'expired' : left <= SOON ? 'ends-soon' : 'holds';
    return { waiver, state, findings: covered.map(({ id }) => id) };
  });
  return { byFinding, uses };
}

function coveredBy(waiver: Waiver, candidates: readonly Finding[]): Finding[] {
  const patterns = waiver.paths.map(globToRegExp);
  return candidates.filter((finding) => {
    if (finding.kind !== waiver.kind) {
      return false;
    }
    const files = [finding.location?.file, finding.package?.path].filter((file) => file !== undefined);
    const inPath = waiver.paths.length === 0 || patterns.some((pattern) => files.some((file) => pattern.test(file)));
    const purl = finding.package?.purl;
    const ofPackage =
      waiver.purls.length === 0 || (purl !== undefined && waiver.purls.some((one) => samePackage(one, purl)));
    return inPath && ofPackage;
  });
}

/** A waived package without a version is every version of it; with one, only that. */
function samePackage(waived: string, found: string): boolean {
  const bare = waived.replace(/[?#].*$/s, '');
  return bare === purlWithoutVersion(waived)
    ? bare === purlWithoutVersion(found)
    : bare === found.replace(/[?#].*$/s, '');
}

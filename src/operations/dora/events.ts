/** What a team's delivery is measured from, wherever it was read. Times are ms since 1970, UTC. */
import type { Reason } from '../../report/evidence.ts';

/** A state of a deployment, in GitHub's words; the history counts, since GitHub sets the older ones to `inactive` at the next success. */
export interface DeploymentStatus {
  readonly state: string;
  readonly at: number;
}

export interface DeploymentEvent {
  readonly id: string;
  readonly sha: string;
  readonly createdAt: number;
  readonly statuses: readonly DeploymentStatus[];
  /** True when whoever deployed says `failure` only of what had production traffic: it counts as a failed deployment, not as none. */
  readonly failureReachedProduction?: boolean;
  /** A release, which brings something or is only another name for an earlier one: nobody rolls back by it. */
  readonly release?: boolean;
  /** It was made as a hotfix, by the name of its ref. */
  readonly hotfix?: boolean;
  readonly url?: string;
}

export interface CommitEvent {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: number;
  /** Commits that it says it reverts. */
  readonly reverts: readonly string[];
  /** The pull request that it came with, and when the first commit of that was written: a squash merge hides it. */
  readonly pull?: { readonly number: number; readonly firstAuthoredAt: number; readonly hotfix: boolean };
}

export interface IncidentEvent {
  readonly id: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** A deployment's id, or a commit, as whoever wrote the incident named it. */
  readonly causedBy?: string;
  readonly fixedBy?: string;
  readonly url?: string;
}

/** All that was read of one environment of one application. */
export interface Delivery {
  readonly source: { readonly kind: 'git' | 'github'; readonly name: string };
  readonly deployments: readonly DeploymentEvent[];
  /** Every commit that a deployment brought, with its parents; a parent that is not among them was not read. */
  readonly commits: readonly CommitEvent[];
  /** A reason where there is nothing to read them from, or it could not be read in full. */
  readonly incidents: readonly IncidentEvent[] | { readonly unknown: Reason };
  /** Set when deployments or commits could not be read in full: no number is made from a part. */
  readonly unknown?: Reason;
  /** What was left out while reading, and what to know of the source. */
  readonly excluded: readonly Excluded[];
  readonly caveats: readonly string[];
  /** Requests over the network. */
  readonly requests?: number;
  readonly tools: readonly { readonly name: string; readonly version: string }[];
}

export interface Excluded {
  readonly code: string;
  readonly message: string;
  readonly ids: readonly string[];
}

/** Where deliveries are read. */
export type ReadDelivery = (window: MeasureWindow) => Promise<Delivery>;

export interface MeasureWindow {
  readonly from: number;
  readonly to: number;
}

/** Gathers what was left out, by reason. */
export class Exclusions {
  readonly #byCode = new Map<string, { message: string; ids: string[] }>();

  add(code: string, message: string, id: string): void {
    const known = this.#byCode.get(code) ?? { message, ids: [] };
    known.ids.push(id);
    this.#byCode.set(code, known);
  }

  list(): Excluded[] {
    return [...this.#byCode].map(([code, { message, ids }]) => ({ code, message, ids }));
  }
}

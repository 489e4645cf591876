/** Which deployments failed and were repaired, and which were made only to repair. */
import type { DoraDeployment } from '../../report/dora/record.ts';
import type { LinkedIncident } from './incidents.ts';
import type { Replay, Step } from './replay.ts';

export type Failure = NonNullable<DoraDeployment['failed']> & {
  /** ms; null: not yet. */
  readonly recovered: number | null;
};
export type Rework = NonNullable<DoraDeployment['rework']>;

export interface Outcomes {
  readonly failures: ReadonlyMap<Step, Failure>;
  readonly rework: ReadonlyMap<Step, Rework>;
}

/**
 * A deployment failed when an incident is put down to it, when the next one went back behind it, or when a later one reverted a commit that
 * it had brought; the last two within `horizonMs`, since only what is taken back at once was in need of it. One deployment fails once,
 * however many incidents it has. Rework is a rollback, a revert of what was in production, a hotfix by its name, or what ended an incident.
 */
export function judgeOutcomes(history: Replay, incidents: readonly LinkedIncident[], horizonMs: number): Outcomes {
  const failures = new Map<Step, Failure>();
  const rework = new Map<Step, Rework>();
  takenBack(history, horizonMs, failures, rework);
  for (const step of history.steps) {
    if (!step.finished) {
      failures.set(step, failure('did-not-finish', step.event.id, step.at));
    }
  }
  for (const [step, own] of causes(incidents)) {
    failures.set(step, incidentFailure(own));
  }
  for (const { event, end } of incidents) {
    if (end !== undefined && !rework.has(end)) {
      rework.set(end, { because: 'ended-incident', of: event.id });
    }
  }
  return { failures, rework };
}

function takenBack(
  { steps, commits, broughtBy }: Replay,
  horizonMs: number,
  failures: Map<Step, Failure>,
  rework: Map<Step, Rework>,
): void {
  let live: Step | undefined;
  for (const step of steps.filter(({ finished }) => finished)) {
    const fail = (of: Step, because: Failure['because']) => {
      if (step.at - of.at <= horizonMs && !failures.has(of)) {
        failures.set(of, failure(because, step.event.id, step.at));
      }
    };
    const reverted = revertedIn(step, commits)
      .flatMap((sha) => broughtBy.get(sha) ?? [])
      .filter((of) => of !== step);
    for (const of of reverted) {
      fail(of, 'reverted');
    }
    if (step.rollback && live !== undefined) {
      fail(live, 'rolled-back');
      rework.set(step, { because: 'rollback', of: live.event.id });
    } else if (reverted[0] !== undefined) {
      rework.set(step, { because: 'revert', of: reverted[0].event.id });
    } else if (step.event.hotfix === true || step.commits.some(({ pull }) => pull?.hotfix === true)) {
      rework.set(step, { because: 'hotfix' });
    }
    live = step;
  }
}

/** What its commits revert; the revert of a revert brings a change again, and takes none back. */
function revertedIn(step: Step, commits: Replay['commits']): string[] {
  return step.commits.flatMap((commit) =>
    commit.reverts.filter((sha) => (commits.get(sha)?.reverts.length ?? 0) === 0),
  );
}

function causes(incidents: readonly LinkedIncident[]): Map<Step, LinkedIncident[]> {
  const byStep = new Map<Step, LinkedIncident[]>();
  for (const incident of incidents) {
    if (incident.cause !== undefined) {
      const own = byStep.get(incident.cause.step) ?? [];
      own.push(incident);
      byStep.set(incident.cause.step, own);
    }
  }
  return byStep;
}

/** Recovered when the last of its incidents was closed. */
function incidentFailure(incidents: readonly LinkedIncident[]): Failure {
  const ends = incidents.map(({ event }) => event.closedAt);
  const recovered = ends.reduce<number | null>(
    (last, end) => (last === null || end === null ? null : Math.max(last, end)),
    0,
  );
  return failure('incident', incidents[0]?.event.id ?? '', recovered);
}

function failure(because: Failure['because'], by: string, recovered: number | null): Failure {
  return { because, by, recovered, recoveredAt: recovered === null ? null : new Date(recovered).toISOString() };
}

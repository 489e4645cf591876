/** What has changed since an earlier scorecard. */
import type { Evidence } from '../../report/evidence.ts';
import type { ScorecardRecord, ScorecardRow } from '../../report/scorecard/record.ts';

export interface Previous {
  readonly file: string;
  readonly sha256: string;
  readonly evidence: Evidence;
}

/** Rows that changed their state, came, or went, in the order of this scorecard; then those that went. */
export function changesSince(
  previous: Previous,
  rows: readonly ScorecardRow[],
): NonNullable<ScorecardRecord['previous']> {
  const before = new Map((previous.evidence.scorecard?.rows ?? []).map((row) => [row.id, row]));
  const after = new Set(rows.map(({ id }) => id));
  const changes = rows.flatMap((row) => {
    const old = before.get(row.id);
    const state = row.production.state;
    return old?.production.state === state
      ? []
      : [
          {
            id: row.id,
            before: old?.production.state ?? null,
            after: state,
            ...(old === undefined || old.promise === row.promise ? {} : { promiseBefore: old.promise }),
          },
        ];
  });
  const gone = [...before.values()]
    .filter(({ id }) => !after.has(id))
    .map(({ id, production }) => ({ id, before: production.state, after: null }));
  const { file, sha256 } = previous;
  return { file, sha256, finishedAt: previous.evidence.finishedAt, changes: [...changes, ...gone] };
}

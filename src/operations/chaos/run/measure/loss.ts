/** What of the acknowledged writes is gone, and how far back the data is for that. Pure. All times in seconds since 1970. */
import { type AcknowledgedWrite, isAcknowledged, type Write } from './writes.ts';

export interface Loss {
  /** Acknowledged, and not in the ledger; the oldest acknowledgement first. */
  readonly lost: readonly AcknowledgedWrite[];
  /** Of these, acknowledged after the fault had begun. */
  readonly lostAfterFault: number;
  readonly acknowledged: number;
  readonly acknowledgedBeforeFault: number;
  /** Sent and not acknowledged: neither lost nor kept. `there`: those of them that the ledger has. */
  readonly unknown: { readonly sent: number; readonly there: number };
  /** Ids that the ledger has more than once. */
  readonly repeated: number;
  readonly rpo: RecoveryPoint;
}

/**
 * How far back the data is, in seconds before the fault: what was acknowledged `upper` before it and all that is older is there; what was
 * acknowledged `lower` before it is not. Without `upper` nothing that was written is known to be there.
 */
export interface RecoveryPoint {
  readonly lower: number;
  readonly upper: number | undefined;
}

/**
 * @param ledger how often each id is there
 * @param faultAt when the fault began, at the earliest; `laterBy` later at the latest. Writes that were acknowledged later may be lost too; the recovery point is then reckoned from the newest
 *   of them, as until then the service took writes that it did not keep
 */
export function lossOf(
  writes: readonly Write[],
  ledger: ReadonlyMap<string, number>,
  faultAt: number,
  laterBy = 0,
): Loss {
  const acknowledged = writes.filter(isAcknowledged).sort((a, b) => a.acknowledgedAt - b.acknowledgedAt);
  const unknown = writes.filter((write) => !isAcknowledged(write));
  const lost = acknowledged.filter(({ id }) => !ledger.has(id));
  return {
    lost,
    lostAfterFault: lost.filter(({ acknowledgedAt }) => acknowledgedAt >= faultAt).length,
    acknowledged: acknowledged.length,
    acknowledgedBeforeFault: acknowledged.filter(({ acknowledgedAt }) => acknowledgedAt < faultAt).length,
    unknown: { sent: unknown.length, there: unknown.filter(({ id }) => ledger.has(id)).length },
    repeated: writes.filter(({ id }) => (ledger.get(id) ?? 0) > 1).length,
    rpo: recoveryPoint(acknowledged, lost, [faultAt, faultAt + laterBy]),
  };
}

function recoveryPoint(
  acknowledged: readonly AcknowledgedWrite[],
  lost: readonly AcknowledgedWrite[],
  [earliest, latest]: readonly [earliest: number, latest: number],
): RecoveryPoint {
  const [oldest] = lost;
  if (oldest === undefined) {
    return { lower: 0, upper: 0 };
  }
  const newest = lost.at(-1)?.acknowledgedAt ?? earliest;
  const kept = acknowledged[acknowledged.indexOf(oldest) - 1];
  return {
    lower: Math.max(earliest, newest) - oldest.acknowledgedAt,
    upper: kept && Math.max(latest, newest) - kept.acknowledgedAt,
  };
}

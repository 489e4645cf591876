/**
 * How long RDS takes for what it does to an instance, in ms at speed 1; the clock scales all of it. AWS says that a Multi-AZ failover
 * typically takes 60 to 120 seconds, and gives no numbers for the rest.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html
 */
export interface DatabaseTimings {
  /** From the primary's death to the start of a failover. */
  readonly detectionMs: number;
  /** From the start of a failover until the name leads to the new primary. */
  readonly activationMs: number;
  /** Until a former primary, or a standby that crashed, begins to take the log again. */
  readonly standbyMs: number;
  /** A reboot without failover, and the recovery of an instance that has no standby to take over. */
  readonly rebootMs: number;
  /** From PromoteReadReplica until the replica takes writes. */
  readonly promotionMs: number;
}

export const RDS_TIMINGS: DatabaseTimings = {
  detectionMs: 15_000,
  activationMs: 60_000,
  standbyMs: 60_000,
  rebootMs: 30_000,
  promotionMs: 120_000,
};

/** How long the scheduler waits before it replaces a task that failed. */

const FIRST_DELAY_MS = 5_000;
/** "The maximum period is 27 minutes." */
const LONGEST_DELAY_MS = 27 * 60_000;

/** From this many failures in a row ECS says that it "is unable to consistently start tasks successfully". */
export const CONSISTENT_FAILURES = 3;

/**
 * Milliseconds (at speed 1) before the next start after `failures` tasks in a row that never became healthy: the first two replacements
 * come at once, then the delay doubles up to AWS's 27 minutes. AWS publishes the limit and "gradual increments", not the steps.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function restartDelayMs(failures: number): number {
  return failures < CONSISTENT_FAILURES
    ? 0
    : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - CONSISTENT_FAILURES));
}

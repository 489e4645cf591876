/** What runs that died have left, and whose time is over, cleared away before anything new is made. */
import type { Ports } from '../../ports.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { removeExpiredStops } from './scheduled-stop.ts';
import { removeExpired } from './templates.ts';

/** It is no reason to stop when it cannot be cleared away. Schedules are looked for where this experiment would make one. */
export async function sweep({ guards }: Pick<Experiment, 'guards'>, ports: Ports): Promise<void> {
  const { awsForUndo, clock, reporter, signal } = ports;
  try {
    const removed = [
      ...(await removeExpired(awsForUndo.fis, clock)),
      ...(guards.stopRole === undefined ? [] : await removeExpiredStops(awsForUndo.scheduler, clock)),
    ];
    if (removed.length > 0) {
      reporter.info(`deleted what an earlier plan or run had left: ${removed.join(', ')}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    reporter.warn(`leftovers of earlier plans and runs: ${error instanceof Error ? error.message : String(error)}`);
  }
}

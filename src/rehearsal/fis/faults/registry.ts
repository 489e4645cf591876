/** The faults that the platform injects, by action id. */
import type { FaultActions } from './fault-action.ts';
import { stopTask } from './stop-task.ts';
import { wait } from './wait.ts';

export const FAULT_ACTIONS: FaultActions = new Map([
  ['aws:fis:wait', wait],
  ['aws:ecs:stop-task', stopTask],
]);

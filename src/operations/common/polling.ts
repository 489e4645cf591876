/** How often what is under way is looked at: said here only. Pure. */

/**
 * Milliseconds between two looks at a deployment or a task. On AWS 5 s: the ECS API has one budget of calls for everybody in an account
 * and region (AWS: "Request throttling for the Amazon ECS API"), stages take minutes, and AWS's own waiters look each 6 to 15 s. A
 * rehearsal shortens what is waited for and has nobody else's budget to spend: 1 s, never less.
 */
export function lookEveryMs(rehearsalSpeed: number | undefined): number {
  return rehearsalSpeed === undefined ? 5000 : 1000;
}

/** Looks at a deployment for one at its events and tasks: each 15 s on AWS, as its waiters do, each 3 s in a rehearsal. */
export const LOOKS_FOR_TASKS = 3;

/** Seconds to the millisecond: recovery is judged by less than a second. */
export function precise(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

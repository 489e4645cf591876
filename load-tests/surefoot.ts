/**
 * For scripts of your own: what `surefoot load` was asked for, so that one script fits every environment. Copy it beside your script, or
 * do without: `__ENV.SUREFOOT_URL` holds the address too. Run by plain k6, it says what is missing.
 */

/** The address of the load, without a slash at its end. */
export const target: string = required('SUREFOOT_URL').replace(/\/$/, '');

/** The time-out of a request, in milliseconds, for the `timeout` of k6's request parameters. */
export const timeout: number = Number(required('SUREFOOT_TIMEOUT_MS'));

function required(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run this by \`surefoot load --script\`, or set it yourself with k6's -e`);
  }
  return value;
}

/** What `npm run verify:aws` was told, all of it from the environment: nothing is sent before this is whole. */

export interface Settings {
  /** Numbers of accounts that it may look into. */
  readonly accounts: readonly string[];
  readonly config: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  /** Whether it may make what it removes again. */
  readonly write: boolean;
  /** Cases by their names; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly report: string;
}

export const ABOUT = `verify:aws asks a real AWS account what the rehearsal platform answers in the contract tests, and holds every answer against AWS's
published models. It does nothing unless it is told to:

  SUREFOOT_VERIFY_AWS=1             without it this text is all that happens
  SUREFOOT_VERIFY_ACCOUNTS=1234…    the accounts that it may look into, apart by commas; credentials of any other are refused
  SUREFOOT_VERIFY_CONFIG=FILE       a platform file; its environment and its service must exist in that account
  SUREFOOT_VERIFY_ENVIRONMENT=dev   which environment of it, where there are several; a protected one is refused
  SUREFOOT_VERIFY_SERVICE=web       which service of it, where there are several
  SUREFOOT_VERIFY_WRITE=1           besides, make an alarm, tagged surefoot:verify, and remove it

and the usual AWS credentials (AWS_PROFILE, or a role). It reads: about 30 calls. A role with ReadOnlyAccess will do.
Cost: GetMetricData is 0.01 dollars per 1,000 metrics, of which it asks for 2; an alarm that lives for seconds is below 0.01 dollars. The rest is free.
docs/guides/verify-aws.md says more.`;

/** The settings; the text to show where nothing was asked for; or everything that is wrong, at once. */
export function settingsFrom(
  environment: NodeJS.ProcessEnv,
  args: readonly string[],
): { readonly settings: Settings } | { readonly nothing: string } | { readonly problems: readonly string[] } {
  if (environment['SUREFOOT_VERIFY_AWS'] !== '1') {
    return { nothing: ABOUT };
  }
  const accounts = (environment['SUREFOOT_VERIFY_ACCOUNTS'] ?? '').split(',').filter((text) => text !== '');
  const config = environment['SUREFOOT_VERIFY_CONFIG'] ?? '';
  const only = args[0] === '--only' ? (args[1] ?? '').split(',').filter((text) => text !== '') : undefined;
  const problems = [
    ...(accounts.length === 0
      ? ['SUREFOOT_VERIFY_ACCOUNTS is not set: write the account that may be looked into, such as 123456789012']
      : []),
    ...accounts
      .filter((account) => !/^\d{12}$/.test(account))
      .map((account) => `SUREFOOT_VERIFY_ACCOUNTS has "${account}": an account has twelve digits`),
    ...(config === '' ? ['SUREFOOT_VERIFY_CONFIG is not set: write a platform file, such as surefoot.yml'] : []),
    ...(args.length > 0 && (only === undefined || only.length === 0)
      ? [`"${args.join(' ')}" is not understood: write --only NAME,NAME, or nothing`]
      : []),
  ];
  if (problems.length > 0) {
    return { problems };
  }
  return {
    settings: {
      accounts,
      config,
      environment: environment['SUREFOOT_VERIFY_ENVIRONMENT'],
      service: environment['SUREFOOT_VERIFY_SERVICE'],
      write: environment['SUREFOOT_VERIFY_WRITE'] === '1',
      only,
      report: environment['SUREFOOT_VERIFY_REPORT'] ?? '.surefoot/verify-aws.json',
    },
  };
}

/** One call of an action, and what all actions read alike. Each use case is loaded only when it is called. */
import type { Outcome } from '../../entry/outcome.ts';
import type { Guards, Session } from '../../entry/session.ts';
import type { OperationName } from '../inputs/tables.ts';

/** What the runner's environment holds. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One call of an action, read and checked; nothing has been done yet. */
export interface Call {
  readonly operation: OperationName;
  readonly command: string;
  readonly guards: Guards;
  /** What is needed to write a GitHub deployment; undefined when none is wanted. */
  readonly githubToken: string | undefined;
  /** What is needed to write an issue of the outcome; undefined when none is wanted. */
  readonly issueToken?: string | undefined;
  run(session: Session): Promise<Outcome>;
}

/** Which file, environment and folder of reports are meant. */
export function selectionOf(values: {
  readonly config: string | undefined;
  readonly environment: string | undefined;
  readonly 'report-dir': string | undefined;
}) {
  return {
    config: values.config ?? '',
    reportDir: values['report-dir'] ?? '',
    ...defined({ environment: values.environment }),
  };
}

/** The region and the accounts that are allowed, and from where the region is known. */
export function guardsOf(
  values: {
    readonly region: string | undefined;
    readonly 'allowed-account-ids': readonly string[];
    readonly 'allow-endpoint-override': boolean;
  },
  environment: Environment,
): Guards {
  const found = [
    ['the input region', values.region],
    ['AWS_REGION', environment['AWS_REGION']],
    ['AWS_DEFAULT_REGION', environment['AWS_DEFAULT_REGION']],
  ].find(([, name]) => name !== undefined && name !== '');
  return {
    ...(found === undefined ? {} : { region: { from: found[0] ?? '', name: found[1] ?? '' } }),
    accounts: values['allowed-account-ids'],
    foreignEndpoints: values['allow-endpoint-override'],
  };
}

/** Without the members that are undefined. */
export function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

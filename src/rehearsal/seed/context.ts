import type { InternalCall } from '../wire/operation.ts';

/** What seeding needs of the platform that it fills. */
export interface SeedContext {
  readonly call: InternalCall;
  readonly subnets: readonly string[];
  /** Those in which the service's tasks are placed. */
  readonly taskSubnets: readonly string[];
  readonly vpcId: string;
  readonly accountId: string;
  readonly region: string;
  /** What every task finds in its environment besides what its image brings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the logs of the tasks are. */
  readonly logDirectory: string;
  readonly signal: AbortSignal;
}

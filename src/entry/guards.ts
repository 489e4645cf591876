/** What a caller holds AWS to before anything is read or changed: the region, the accounts, and where requests may go. */
import type { AwsGateways } from '../aws/gateways.ts';
import { isLoopback } from '../aws/where-to.ts';
import { InputError } from '../errors.ts';
import type { Guards } from './session.ts';

/** @throws InputError when the caller expects another region than the platform file names */
export function requireRegion(region: string, environment: string, file: string, guards: Guards | undefined): void {
  const expected = guards?.region;
  if (expected !== undefined && expected.name !== region) {
    throw new InputError(
      'region-contradicts',
      `${file} says that ${environment} is in ${region}, but ${expected.from} says ${expected.name}: correct one of them, or leave ${expected.from} out`,
    );
  }
}

/** @throws InputError when the credentials belong to an account that is not among those allowed */
export async function requireAccount(guards: Guards | undefined, aws: AwsGateways): Promise<void> {
  const allowed = guards?.accounts ?? [];
  if (allowed.length === 0) {
    return;
  }
  const account = await aws.account();
  if (!allowed.includes(account)) {
    throw new InputError(
      'account-not-allowed',
      `the credentials belong to the account ${account}, which is not among the allowed accounts ${allowed.join(', ')}: assume a role in one of them; nothing was changed`,
    );
  }
}

/** @throws InputError when `AWS_ENDPOINT_URL` leads to another machine and the caller did not agree to that */
export function requireEndpoint(endpoint: URL, guards: Guards | undefined): void {
  if (guards?.foreignEndpoints === false && !isLoopback(endpoint.hostname)) {
    throw new InputError(
      'foreign-endpoint',
      `AWS_ENDPOINT_URL is ${endpoint.origin}: signed requests would go to that machine instead of AWS. Unset the variable; if it is meant, set allow-endpoint-override to true`,
    );
  }
}

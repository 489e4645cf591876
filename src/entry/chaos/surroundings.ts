/** Where an experiment is planned or run: the service, its environment, the account. */
import { InputError } from '../../errors.ts';
import type { Environment, Platform } from '../../platform/model.ts';
import type { Connection } from '../connect.ts';
import type { SelectionOptions } from '../session.ts';

/** The service that was asked for, or the one that the load goes to. */
export function serviceOf({ service }: SelectionOptions, ofLoad: string | undefined): { service?: string } {
  const name = service ?? ofLoad;
  return name === undefined ? {} : { service: name };
}

/** @throws Error for a name that no environment has, which resolving the service has ruled out */
export function environmentOf(platform: Platform, name: string): Environment {
  const environment = platform.environments[name];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${name}`);
  }
  return environment;
}

/** @throws InputError when the credentials are of another account than surefoot.yml says */
export async function accountOf({ account, name }: Environment, { ports, rehearsal }: Connection): Promise<string> {
  const own = await ports.aws.account();
  if (account !== undefined && account !== own && rehearsal === undefined) {
    const message = `the credentials belong to account ${own}, but surefoot.yml says that ${name} is in ${account}: assume a role there`;
    throw new InputError('wrong-account', message);
  }
  return own;
}

/** @throws InputError naming every placeholder that stands for nothing here */
export function requireFilledIn(missing: readonly string[]): void {
  if (missing.length > 0) {
    const names = missing.map((name) => `\${${name}}`).join(', ');
    const message = `${names} in the experiment stands for nothing here: give --zone or --variable NAME=value, or say it in surefoot.yml`;
    throw new InputError('placeholder-without-value', message);
  }
}

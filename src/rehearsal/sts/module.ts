import type { ServiceModule } from '../wire/operation.ts';
import { assumeRole } from './assume-role.ts';
import type { Callers } from './callers.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** AWS STS as far as deployment tools use it: to ask who and in which account they are, and to become another role. */
export function createSts(callers: Callers): ServiceModule {
  return { id: 'sts', operations: [getCallerIdentity(callers), assumeRole(callers)] };
}

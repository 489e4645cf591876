import type { ServiceModule } from '../wire/operation.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** AWS STS as far as deployment tools use it: to ask which account they are in. */
export const sts: ServiceModule = { id: 'sts', operations: [getCallerIdentity] };

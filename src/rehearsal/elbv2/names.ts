/** Naming rules of load balancers and target groups. */
import { validationError } from './errors.ts';

const LONGEST_NAME = 32;

/**
 * Checks a name: 1 to 32 letters, digits and hyphens, no hyphen at either end; load balancers not `internal-…`.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
export function checkName(kind: 'Load balancer' | 'Target group', name: string): void {
  if (name.length === 0 || name.length > LONGEST_NAME) {
    throw validationError(`${kind} name '${name}' must be 1 to ${LONGEST_NAME} characters long`);
  }
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw validationError(
      `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (name.startsWith('-') || name.endsWith('-')) {
    throw validationError(`${kind} name '${name}' cannot begin or end with a hyphen(-)`);
  }
  if (kind === 'Load balancer' && name.startsWith('internal-')) {
    throw validationError(`Load balancer name '${name}' cannot begin with 'internal-'`);
  }
}

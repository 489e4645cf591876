/** Errors that requests of some roles get instead of an answer, as FIS's actions on API calls make them. */
import { AwsError } from './operation.ts';
import type { ClientRequest } from './server.ts';
import { SERVICES, type ServiceDescription } from './services.ts';

export type ApiErrorKind = 'throttle' | 'internal' | 'unavailable';

export interface ApiFault {
  readonly kind: ApiErrorKind;
  /** ARNs of the roles whose requests are hit. */
  readonly roles: ReadonlySet<string>;
  /** As `namespaceOf` names it. */
  readonly namespace: string;
  readonly operations: ReadonlySet<string>;
  /** Of the requests that would be hit, from 1 to 100. */
  readonly percentage: number;
}

export interface ApiFaults {
  /** From now on; calling what it gives back ends it. Several may be in force at once. */
  inject(fault: ApiFault): () => void;
  /** The error for a request that is hit. For `WireOptions.fault`. */
  errorFor(request: ClientRequest): AwsError | undefined;
}

export interface ApiFaultOptions {
  /** The role, by ARN, behind an access key. */
  readonly roleOf: (accessKeyId: string | undefined) => string;
}

/**
 * Codes and statuses that AWS's services have in common, which all SDKs take for reasons to try again.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 */
const ERRORS: Readonly<Record<ApiErrorKind, () => AwsError>> = {
  throttle: () => new AwsError('ThrottlingException', 'Rate exceeded', 400),
  internal: () =>
    new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500),
  unavailable: () =>
    new AwsError('ServiceUnavailable', 'The request has failed due to a temporary failure of the server.', 503),
};

/** No fault yet. */
export function createApiFaults({ roleOf }: ApiFaultOptions): ApiFaults {
  const active = new Set<ApiFault & { readonly draw: () => number }>();
  return {
    inject(fault) {
      const own = { ...fault, draw: evenly() };
      active.add(own);
      return () => void active.delete(own);
    },
    errorFor({ service, operation, accessKeyId }) {
      const namespace = namespaceOf(service);
      const hit = [...active].find(
        (fault) =>
          fault.namespace === namespace &&
          fault.operations.has(operation) &&
          fault.roles.has(roleOf(accessKeyId)) &&
          fault.draw() * 100 < fault.percentage,
      );
      return hit && ERRORS[hit.kind]();
    },
  };
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Numbers from 0 up to 1, spread as evenly as can be (Weyl's sequence of the golden ratio): the same in each run, the percentage kept within
 * a few requests, and never more than two hits in a row at up to 50 %, where chance would now and then exhaust a client's retries.
 */
function evenly(): () => number {
  let count = 0;
  return () => (++count * GOLDEN_RATIO) % 1;
}

/** The service's name before the colon in IAM's actions, which is its signing name but for CloudWatch. */
export function namespaceOf({ id, signingName }: ServiceDescription): string {
  return id === 'cloudwatch' ? 'cloudwatch' : signingName;
}

/** The platform's service of this namespace. */
export function serviceOfNamespace(namespace: string): ServiceDescription | undefined {
  return SERVICES.find((service) => namespaceOf(service) === namespace);
}

/** Turns what the SDK throws into one clear sentence: which call, what AWS said, and which permission is missing where that is the cause. */
import { InputError, OutsideError } from '../errors.ts';

const DENIED = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);
const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);
const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
]);

const READS = /:(Describe|Get|List)/;
/** Nobody is there; the call was not sent. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** The connection was lost while the answer was awaited. */
const NO_ANSWER = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Runs one AWS call; `action` is its IAM name (`ecs:UpdateService`). Aborts pass through as they are. */
export async function awsCall<Output>(action: string, call: () => Promise<Output>): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    throw explainAwsError(action, error);
  }
}

/** The error to show for `error`, thrown by the call `action`. */
export function explainAwsError(action: string, error: unknown): unknown {
  if (
    !(error instanceof Error) ||
    error.name === 'AbortError' ||
    error instanceof OutsideError ||
    error instanceof InputError
  ) {
    return error;
  }
  const said = `${action}: ${error.message || error.name}`;
  if (DENIED.has(error.name)) {
    return new OutsideError('aws-access-denied', `${said} (the caller needs the permission ${action})`, action, {
      cause: error,
    });
  }
  if (THROTTLED.has(error.name)) {
    return new OutsideError('aws-throttled', `${said} (still throttled after the retries)`, action, { cause: error });
  }
  if (NO_CREDENTIALS.has(error.name)) {
    return new OutsideError(
      'aws-credentials',
      `${said} (check AWS_PROFILE, AWS_ACCESS_KEY_ID or the role that the job assumes)`,
      action,
      {
        cause: error,
      },
    );
  }
  const code = (error as { code?: unknown }).code;
  if (NO_CONNECTION.has(String(code))) {
    const message = `${action}: cannot reach the endpoint (${error.message || String(code)})`;
    return new OutsideError('aws-unreachable', message, action, { cause: error });
  }
  if (error.name === 'TimeoutError' || NO_ANSWER.has(String(code))) {
    const unknown = READS.test(action) ? '' : '; whether it acted is not known';
    const message = `${action}: AWS gave no answer, however often it was asked${unknown}`;
    return new OutsideError('aws-no-answer', message, action, { cause: error });
  }
  return new OutsideError('aws-error', said === `${action}: ${error.name}` ? said : `${said} [${error.name}]`, action, {
    cause: error,
  });
}

/** False when it is sure that the failed call changed nothing: AWS refused it, or was not reached. */
export function mayHaveActed(error: unknown): boolean {
  const unreachable = error instanceof OutsideError && error.code === 'aws-unreachable';
  return !unreachable && statusOf(error instanceof OutsideError ? error.cause : error) >= 500;
}

/** True when the same call may well be answered a little later: throttled, no connection, no answer, or a failure inside AWS. */
export function mayPass(error: unknown): boolean {
  return (
    error instanceof OutsideError &&
    (error.code === 'aws-throttled' || error.code === 'aws-unreachable' || statusOf(error.cause) >= 500)
  );
}

/** The HTTP status of the answer; Infinity when there was none. */
function statusOf(cause: unknown): number {
  const metadata = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode ?? Number.POSITIVE_INFINITY;
}

/** True for AWS's "there is no such thing" errors and those named in `names`. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  const cause = error instanceof OutsideError ? error.cause : error;
  return cause instanceof Error && names.includes(cause.name);
}

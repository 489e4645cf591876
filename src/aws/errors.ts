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
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || error.name === 'TimeoutError') {
    return new OutsideError(
      'aws-unreachable',
      `${action}: cannot reach the endpoint (${error.message || String(code)})`,
      action,
      { cause: error },
    );
  }
  return new OutsideError('aws-error', said === `${action}: ${error.name}` ? said : `${said} [${error.name}]`, action, {
    cause: error,
  });
}

/** True for AWS's "there is no such thing" errors and those named in `names`. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  const cause = error instanceof OutsideError ? error.cause : error;
  return cause instanceof Error && names.includes(cause.name);
}

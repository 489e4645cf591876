/** Errors as AWS writes them, in the protocol of the request: JSON for ECS, CloudWatch, ECR and Logs, Query for ELBv2. */
import type { IncomingHttpHeaders } from 'node:http';

/** No permission · a failure inside AWS · too many requests. */
export type ErrorKind = 'deny' | 'break' | 'throttle';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const JSON_ERRORS = {
  deny: [400, 'AccessDeniedException', 'User: arn:aws:iam::000000000000:user/deployer is not authorized to do this'],
  break: [500, 'ServerException', 'Service Unavailable. Please try again later.'],
  throttle: [400, 'ThrottlingException', 'Rate exceeded'],
} as const;

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
const QUERY_ERRORS = {
  deny: [403, 'AccessDenied', 'User: arn:aws:iam::000000000000:user/deployer is not authorized to do this'],
  break: [500, 'InternalFailure', 'The request processing has failed because of an unknown error'],
  throttle: [400, 'Throttling', 'Rate exceeded'],
} as const;

/** The answer to a request with these headers. */
export function errorAnswer(kind: ErrorKind, request: IncomingHttpHeaders): ErrorAnswer {
  if (request['x-amz-target'] !== undefined) {
    const [status, type, message] = JSON_ERRORS[kind];
    const headers = { 'content-type': String(request['content-type']), 'x-amzn-requestid': 'fault' };
    return { status, headers, text: JSON.stringify({ __type: type, message }) };
  }
  const [status, code, message] = QUERY_ERRORS[kind];
  const type = status < 500 ? 'Sender' : 'Receiver';
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': 'fault' },
    text: `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`,
  };
}

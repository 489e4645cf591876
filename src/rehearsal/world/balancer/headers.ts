/** Header rewriting in both directions, on flat name/value lists: the load balancer never builds header objects on the request path. */
import { randomBytes } from 'node:crypto';

export interface ForwardedHead {
  /** Flat name/value list for the target. */
  readonly headers: string[];
  readonly hasBody: boolean;
}

const traceSeed = randomBytes(8).toString('hex');
let traceCount = 0;

/**
 * A new `1-<time>-<96 bits>` identifier.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 */
function traceId(): string {
  traceCount = (traceCount + 1) >>> 0;
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds.padStart(8, '0')}-${traceSeed}${traceCount.toString(16).padStart(8, '0')}`;
}

/** Keeps a client's Root and puts Self before it; without a Root, adds one (AWS's request tracing page). */
function traceHeader(sent: string | undefined): string {
  if (sent === undefined) {
    return `Root=${traceId()}`;
  }
  return sent.includes('Root=') ? `Self=${traceId()};${sent}` : `Root=${traceId()};${sent}`;
}

/**
 * The headers for the target: hop-by-hop ones removed (RFC 9110, 7.6.1), the client's address appended to X-Forwarded-For,
 * X-Forwarded-Proto and -Port set, X-Amzn-Trace-Id added.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function requestHeaders(raw: readonly string[], clientAddress: string, port: string): ForwardedHead {
  const headers: string[] = [];
  let connection = '';
  let forwardedFor = '';
  let trace: string | undefined;
  let hasBody = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    switch (name.toLowerCase()) {
      case 'connection':
        connection += `,${value}`;
        break;
      case 'transfer-encoding':
        hasBody = true;
        break;
      case 'content-length':
        hasBody ||= value !== '0';
        headers.push(name, value);
        break;
      case 'x-forwarded-for':
        forwardedFor += `${value}, `;
        break;
      case 'x-amzn-trace-id':
        trace = value;
        break;
      case 'keep-alive':
      case 'proxy-connection':
      case 'proxy-authenticate':
      case 'proxy-authorization':
      case 'te':
      case 'trailer':
      case 'upgrade':
      case 'expect':
      case 'x-forwarded-proto':
      case 'x-forwarded-port':
        break;
      default:
        headers.push(name, value);
    }
  }
  headers.push('X-Forwarded-For', forwardedFor + clientAddress, 'X-Forwarded-Proto', 'http');
  headers.push('X-Forwarded-Port', port, 'X-Amzn-Trace-Id', traceHeader(trace));
  return { headers: withoutNamed(headers, connection), hasBody };
}

export interface ResponseHead {
  /** Flat name/value list for the client. */
  readonly headers: string[];
  /** -1 when the target did not say. */
  readonly contentLength: number;
}

/** The target's headers for the client, from undici's flat list of buffers, hop-by-hop ones removed. */
export function responseHeaders(raw: readonly Buffer[]): ResponseHead {
  const headers: string[] = [];
  let contentLength = -1;
  let connection = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1') ?? '';
    const value = raw[i + 1]?.toString('latin1') ?? '';
    switch (name.toLowerCase()) {
      case 'connection':
        connection += `,${value}`;
        break;
      case 'keep-alive':
      case 'proxy-connection':
      case 'proxy-authenticate':
      case 'te':
      case 'trailer':
      case 'transfer-encoding':
      case 'upgrade':
        break;
      case 'content-length':
        contentLength = Number(value);
        headers.push(name, value);
        break;
      default:
        headers.push(name, value);
    }
  }
  return { headers: withoutNamed(headers, connection), contentLength };
}

/** Drops the headers that a Connection header names, which is rare: the usual tokens name nothing. */
function withoutNamed(headers: string[], connection: string): string[] {
  if (connection === '' || connection === ',keep-alive' || connection === ',close') {
    return headers;
  }
  const named = new Set(connection.toLowerCase().split(/[\s,]+/));
  return headers.filter((_, i) => !named.has((headers[i & ~1] ?? '').toLowerCase()));
}

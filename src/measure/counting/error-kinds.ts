/** One request's end as k6 reports it, and the stable kinds that surefoot counts failures by. */

export interface Outcome {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** k6's error code; 0 for none. */
  readonly code: number;
  /** What the script read from the message where the code says nothing (1000, 1200): `eof`, `malformed` or `other`. */
  readonly cause?: string | undefined;
  readonly revision?: string | undefined;
  /** What went wrong beside the requests, in a script of the user's own: `exception` or `check`. */
  readonly failure?: string | undefined;
}

/** Codes of `lib/netext/httpext/error_codes.go` (k6 2.2.0) that are not part of a range. */
const KINDS: Readonly<Record<number, string>> = {
  1010: 'network',
  1020: 'invalid-url',
  1050: 'timeout',
  1100: 'dns',
  1101: 'dns',
  1110: 'blocked',
  1111: 'blocked',
  // A broken pipe is a reset that was noticed while writing.
  1201: 'reset',
  1202: 'network',
  1210: 'unreachable',
  1211: 'connect-timeout',
  1212: 'refused',
  1213: 'unreachable',
  1220: 'reset',
  1701: 'decompression',
};

/**
 * The kind of a failed request, or undefined when it succeeded: status 200 to 399 and no error, the body read to its end.
 * Kinds: `http-<status>`, `timeout`, `connect-timeout`, `refused`, `reset`, `eof`, `malformed`, `dns`, `tls`, `http2`, `unreachable`,
 * `network`, `blocked`, `invalid-url`, `decompression`, `no-answer`, `exception`, `check`; a code that k6 may add later is `k6-<code>`.
 */
export function errorKind(outcome: Outcome): string | undefined {
  const { status, code } = outcome;
  if (outcome.failure !== undefined) {
    return outcome.failure;
  }
  if (code === 0 || (code >= 1400 && code < 1600)) {
    if (status >= 200 && status < 400) {
      return undefined;
    }
    return status === 0 ? 'no-answer' : `http-${status}`;
  }
  if (code === 1000 || code === 1200) {
    return outcome.cause === 'eof' || outcome.cause === 'malformed' ? outcome.cause : 'network';
  }
  if (code >= 1300 && code < 1400) {
    return 'tls';
  }
  if (code >= 1600 && code < 1700) {
    return 'http2';
  }
  return KINDS[code] ?? `k6-${code}`;
}

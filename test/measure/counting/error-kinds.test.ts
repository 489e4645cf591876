import { describe, expect, it } from 'vitest';
import { errorKind } from '../../../src/measure/counting/error-kinds.ts';

describe('the kind of an outcome', () => {
  it.each([
    // [status, k6's code, cause, kind]
    [200, 0, undefined, undefined],
    [204, 0, undefined, undefined],
    [302, 0, undefined, undefined],
    [399, 0, undefined, undefined],
    [400, 1400, undefined, 'http-400'],
    [404, 1404, undefined, 'http-404'],
    [499, 1499, undefined, 'http-499'],
    [500, 1500, undefined, 'http-500'],
    [503, 1503, undefined, 'http-503'],
    [599, 1599, undefined, 'http-599'],
    // A status outside the ranges that k6 has codes for.
    [101, 0, undefined, 'http-101'],
    [600, 0, undefined, 'http-600'],
    [0, 0, undefined, 'no-answer'],
    [0, 1050, undefined, 'timeout'],
    // The head came, the body did not: not ok, whatever the status.
    [200, 1050, undefined, 'timeout'],
    [200, 1000, 'eof', 'eof'],
    [0, 1000, 'eof', 'eof'],
    [0, 1000, 'malformed', 'malformed'],
    [0, 1000, 'other', 'network'],
    [0, 1200, 'eof', 'eof'],
    [0, 1200, undefined, 'network'],
    [0, 1010, undefined, 'network'],
    [0, 1020, undefined, 'invalid-url'],
    [0, 1100, undefined, 'dns'],
    [0, 1101, undefined, 'dns'],
    [0, 1110, undefined, 'blocked'],
    [0, 1111, undefined, 'blocked'],
    [0, 1201, undefined, 'reset'],
    [0, 1202, undefined, 'network'],
    [0, 1210, undefined, 'unreachable'],
    [0, 1211, undefined, 'connect-timeout'],
    [0, 1212, undefined, 'refused'],
    [0, 1213, undefined, 'unreachable'],
    [0, 1220, undefined, 'reset'],
    [0, 1300, undefined, 'tls'],
    [0, 1310, undefined, 'tls'],
    [0, 1311, undefined, 'tls'],
    [0, 1600, undefined, 'http2'],
    [0, 1665, undefined, 'http2'],
    [200, 1701, undefined, 'decompression'],
    [0, 1999, undefined, 'k6-1999'],
  ])('%i with code %i (%s) is %s', (status, code, cause, kind) => {
    expect(errorKind({ status, code, cause })).toBe(kind);
  });
});

import { describe, expect, it } from 'vitest';
import { requestHeaders, responseHeaders } from '../../../src/rehearsal/world/balancer/headers.ts';

const asMap = (flat: readonly string[]): Record<string, string> =>
  Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), flat[i + 1] ?? '']] : [])));

const forwarded = (raw: string[]) => asMap(requestHeaders(raw, '127.0.0.9', '8080').headers);

describe('requestHeaders', () => {
  it('drops hop-by-hop headers and those that Connection names, and keeps the rest with their repetitions', () => {
    const { headers } = requestHeaders(
      [
        'Host',
        'a',
        'Connection',
        'close, X-Hop',
        'X-Hop',
        '1',
        'Keep-Alive',
        '2',
        'TE',
        'trailers',
        'Expect',
        '100-continue',
      ].concat(['Upgrade', 'h2c', 'Proxy-Authorization', 'x', 'X-Twice', '1', 'X-Twice', '2']),
      '127.0.0.9',
      '80',
    );
    expect(headers.slice(0, 6)).toEqual(['Host', 'a', 'X-Twice', '1', 'X-Twice', '2']);
    expect(Object.keys(asMap(headers.slice(6)))).toEqual([
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-forwarded-port',
      'x-amzn-trace-id',
    ]);
  });

  it('appends the client to X-Forwarded-For and does not believe the client on protocol and port', () => {
    expect(
      forwarded(['X-Forwarded-For', '10.1.1.1', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Port', '443']),
    ).toMatchObject({
      'x-forwarded-for': '10.1.1.1, 127.0.0.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '8080',
    });
  });

  it('gives every request a trace of its own and keeps the Root of a client', () => {
    const id = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/;
    const [one, two] = [forwarded([])['x-amzn-trace-id'], forwarded([])['x-amzn-trace-id']];
    expect(one).toMatch(id);
    expect(two).toMatch(id);
    expect(one).not.toBe(two);
    const sent = 'Root=1-67891233-abcdef012345678912345678';
    expect(forwarded(['X-Amzn-Trace-Id', sent])['x-amzn-trace-id']).toMatch(
      new RegExp(`^Self=1-[0-9a-f]{8}-[0-9a-f]{24};${sent}$`),
    );
  });

  it.each([
    [['Content-Length', '12'], true],
    [['Content-Length', '0'], false],
    [['Transfer-Encoding', 'chunked'], true],
    [['Accept', '*/*'], false],
  ])('%j has a body: %s', (raw, expected) => {
    expect(requestHeaders(raw, '127.0.0.9', '80').hasBody).toBe(expected);
  });
});

describe('responseHeaders', () => {
  const read = (...raw: string[]) => responseHeaders(raw.map((text) => Buffer.from(text, 'latin1')));

  it('drops hop-by-hop headers and keeps bytes above ASCII as they are', () => {
    const hops = ['Connection', 'x-hop', 'X-Hop', '1', 'Transfer-Encoding', 'chunked'];
    expect(read('Set-Cookie', 'a=1', 'Set-Cookie', 'b=\u00e9', ...hops)).toEqual({
      headers: ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=\u00e9'],
      contentLength: -1,
    });
  });

  it('reads the length and passes it on', () => {
    expect(read('content-LENGTH', '12')).toEqual({ headers: ['content-LENGTH', '12'], contentLength: 12 });
  });
});

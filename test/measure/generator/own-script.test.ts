import { describe, expect, it } from 'vitest';
import { errorKind } from '../../../src/measure/counting/error-kinds.ts';
import { parseLine, type StreamEvent, StreamReader } from '../../../src/measure/counting/stream.ts';
import { OwnOutcomes } from '../../../src/measure/generator/own-script.ts';

const TIME = '"time":"2026-11-21T07:00:00.5Z"';
const FAILED = `{"metric":"http_req_failed","type":"Point","data":{${TIME},"value":1,"tags":{"status":"503","error_code":"1503","url":"http://127.0.0.1:8000/a?b"},"metadata":{"vu":"3","iter":"7"}}}`;
const CHECK = `{"metric":"checks","type":"Point","data":{${TIME},"value":0,"tags":{"check":"is seven"},"metadata":{"vu":"3","iter":"7"}}}`;

describe('lines of requests and checks', () => {
  it('are read with who made them', () => {
    expect(parseLine(FAILED)).toEqual({
      kind: 'request',
      maker: '3:7',
      url: 'http://127.0.0.1:8000/a?b',
      failed: true,
      outcome: { status: 503, code: 1503 },
    });
    expect(parseLine(CHECK)).toEqual({ kind: 'check', maker: '3:7', passed: false });
  });

  it('are passed on only when they are asked for, and their description never', () => {
    const bytes = Buffer.from(`{"metric":"checks","type":"Metric","data":{}}\n${FAILED}\n${CHECK}\n`);
    const read = (requests: boolean): StreamEvent[] => {
      const events: StreamEvent[] = [];
      new StreamReader((event) => events.push(event), requests).push(bytes);
      return events;
    };
    expect(read(false)).toEqual([]);
    expect(read(true).map(({ kind }) => kind)).toEqual(['request', 'check']);
  });
});

describe('the outcome of a call', () => {
  const request = (maker: string, status: number, failed: boolean, url = 'http://a:1/'): StreamEvent => ({
    kind: 'request',
    maker,
    url,
    failed,
    outcome: { status, code: status >= 400 ? 1000 + status : 0 },
  });
  const end = (maker: string, failure?: string): StreamEvent => ({
    kind: 'end',
    id: 1,
    at: 1,
    maker,
    outcome: { status: 0, code: 0, failure },
  });
  const kindAfter = (events: readonly StreamEvent[], last: StreamEvent): string | undefined => {
    const outcomes = new OwnOutcomes(['http://a:1']);
    for (const event of events) {
      outcomes.take(event);
    }
    const taken = outcomes.take(last);
    return taken?.kind === 'end' ? errorKind(taken.outcome) : 'nothing';
  };

  it('is that of its first failed request, else of its checks, whatever other calls do meanwhile', () => {
    expect(kindAfter([request('1:0', 200, false)], end('1:0'))).toBeUndefined();
    expect(kindAfter([request('1:0', 503, true), request('1:0', 404, true)], end('1:0'))).toBe('http-503');
    expect(kindAfter([request('2:0', 503, true)], end('1:0'))).toBeUndefined();
    expect(kindAfter([{ kind: 'check', maker: '1:0', passed: false }], end('1:0'))).toBe('check');
    expect(kindAfter([request('1:0', 200, false)], end('1:0', 'exception'))).toBe('exception');
  });

  it("follows the script's own rules of what is expected", () => {
    expect(kindAfter([request('1:0', 404, false)], end('1:0'))).toBeUndefined();
    expect(kindAfter([request('1:0', 200, true)], end('1:0'))).toBe('http-200');
  });

  it('forgets a call once it has ended', () => {
    const outcomes = new OwnOutcomes(['http://a:1']);
    outcomes.take(request('1:0', 503, true));
    outcomes.take(end('1:0'));
    const again = outcomes.take(end('1:0'));
    expect(again?.kind === 'end' && errorKind(again.outcome)).toBeUndefined();
    expect(outcomes.measured).toBe(1);
    expect(outcomes.report).toEqual({ requests: 1, failedRequests: 1, checks: 0, failedChecks: 0, gaveWay: [] });
  });

  it('knows what of its own options gave way', () => {
    const line = `{"metric":"sf_gave_way","type":"Point","data":{${TIME},"value":1,"tags":{"what":"stages"}}}`;
    const event = parseLine(line);
    expect(event).toEqual({ kind: 'gave-way', what: 'stages' });
    const outcomes = new OwnOutcomes([]);
    expect(event && outcomes.take(event)).toBeUndefined();
    expect(outcomes.report.gaveWay).toEqual(['stages']);
  });

  it('notices a request that went elsewhere', () => {
    const outcomes = new OwnOutcomes(['http://a:1']);
    outcomes.take(request('1:0', 200, false));
    expect(outcomes.foreignOrigin).toBeUndefined();
    outcomes.take(request('1:0', 200, false, 'http://b:1/'));
    expect(outcomes.foreignOrigin).toBe('http://b:1');
  });
});

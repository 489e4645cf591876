/** REST-JSON on the wire: how an operation is found, where its input is read from, and what its answers look like. */
import { describe, expect, it } from 'vitest';
import { fisOperation } from '../../../src/rehearsal/fis/operations/define.ts';
import type { Operation } from '../../../src/rehearsal/wire/operation.ts';
import { AwsError } from '../../../src/rehearsal/wire/operation.ts';
import { type Bench, start } from './support/clients.ts';

const SIGNED = 'AWS4-HMAC-SHA256 Credential=AKID/20261121/us-west-2/fis/aws4_request, SignedHeaders=host, Signature=0';

/** A wire with some of FIS's operations that keep what they were given. */
async function fis(): Promise<Bench & { readonly inputs: unknown[] }> {
  const inputs: unknown[] = [];
  const keep = (input: unknown) => {
    inputs.push(input);
    return {};
  };
  const operations: Operation[] = [
    fisOperation('ListExperiments', { supports: ['maxResults', 'nextToken'], handle: keep }),
    fisOperation('UntagResource', { supports: ['resourceArn', 'tagKeys'], handle: keep }),
    fisOperation('UpdateSafetyLeverState', { supports: ['id', 'state.*'], handle: keep }),
    fisOperation('GetExperiment', {
      supports: ['id'],
      handle: ({ id }) => {
        if (id === 'EXPnone') {
          throw new AwsError('ResourceNotFoundException', 'no such experiment');
        }
        return { experiment: { id, startTime: new Date(1_795_219_200_500) } };
      },
    }),
  ];
  return Object.assign(await start([{ id: 'fis', operations }]), { inputs });
}

async function send(bench: Bench, line: string, body?: string, headers: Record<string, string> = {}) {
  const [method = '', path = ''] = line.split(' ');
  const answer = await fetch(`${bench.endpoint}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

describe('a REST request', () => {
  it('has its input in the path, decoded, in the query, and in the body', async () => {
    const bench = await fis();
    const arn = 'arn:aws:fis:us-west-2:1:experiment/EXP1';
    await send(bench, `DELETE /tags/${encodeURIComponent(arn)}?tagKeys=a%20b&tagKeys=c`);
    await send(bench, 'GET /experiments?maxResults=5&nextToken=q%2Fw');
    await send(bench, 'PATCH /safetyLevers/default/state', '{"state":{"status":"engaged","reason":"x"}}');
    expect(bench.inputs).toEqual([
      { resourceArn: arn, tagKeys: ['a b', 'c'] },
      { maxResults: 5, nextToken: 'q/w' },
      { id: 'default', state: { status: 'engaged', reason: 'x' } },
    ]);
    expect(bench.wire.requests().map(({ service, operation }) => `${service}.${operation}`)).toEqual([
      'fis.UntagResource',
      'fis.ListExperiments',
      'fis.UpdateSafetyLeverState',
    ]);
  });

  it('is answered in JSON with epoch seconds, and with a request id', async () => {
    const answer = await send(await fis(), 'GET /experiments/EXP1', undefined, { authorization: SIGNED });
    expect(answer).toMatchObject({ status: 200, body: { experiment: { id: 'EXP1', startTime: 1_795_219_200.5 } } });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("has errors with the model's status, the code in the header, the text in the body", async () => {
    const answer = await send(await fis(), 'GET /experiments/EXPnone');
    expect(answer).toMatchObject({ status: 404, body: { message: 'no such experiment' } });
    expect(answer.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
  });

  it.each<[string, string, string | undefined, number, string, string]>([
    [
      'a stranger in the query',
      'GET /experiments?maxResult=5',
      undefined,
      400,
      'ValidationException',
      'maxResult is not a member of this API',
    ],
    [
      'a word for a number',
      'GET /experiments?maxResults=five',
      undefined,
      400,
      'ValidationException',
      'maxResults must be a number',
    ],
    [
      'a number out of range',
      'GET /experiments?maxResults=101',
      undefined,
      400,
      'ValidationException',
      "Value '101' at 'maxResults' failed",
    ],
    [
      'a parameter given twice',
      'GET /experiments?maxResults=5&maxResults=6',
      undefined,
      400,
      'ValidationException',
      'must be a number, not a list',
    ],
    [
      'a member without support',
      'GET /experiments?experimentTemplateId=EXT1',
      undefined,
      400,
      'UnsupportedParameterException',
      'experimentTemplateId',
    ],
    [
      'a stranger in the body',
      'PATCH /safetyLevers/default/state',
      '{"state":{"status":"engaged","reason":"x","by":"me"}}',
      400,
      'ValidationException',
      'state.by is not a member',
    ],
    [
      'a label in the body',
      'PATCH /safetyLevers/default/state',
      '{"id":"other","state":{"status":"engaged","reason":"x"}}',
      400,
      'SerializationException',
      'takes id in its path or query, not in its body',
    ],
    ['a missing body', 'PATCH /safetyLevers/default/state', undefined, 400, 'ValidationException', 'state is required'],
    ['a broken body', 'PATCH /safetyLevers/default/state', '{', 400, 'SerializationException', 'The body is not JSON'],
    [
      'a list as body',
      'PATCH /safetyLevers/default/state',
      '[]',
      400,
      'ValidationException',
      'must be a structure, not a list',
    ],
    ['a broken escape', 'GET /experiments/%E0%A4%A', undefined, 400, 'SerializationException', 'broken escape'],
    [
      'an operation that the platform lacks',
      'GET /actions',
      undefined,
      400,
      'UnsupportedOperationException',
      'does not support AWS FIS ListActions',
    ],
    [
      'a path of no operation',
      'GET /experiments/EXP1/faults',
      undefined,
      404,
      'UnknownOperationException',
      'has no operation GET /experiments/EXP1/faults',
    ],
    [
      'an empty label',
      'GET /experiments/',
      undefined,
      404,
      'UnknownOperationException',
      'has no operation GET /experiments/',
    ],
    ['another method', 'PUT /experiments', '{}', 404, 'UnknownOperationException', 'has no operation PUT /experiments'],
  ])('is refused for %s', async (_, line, body, status, code, text) => {
    const bench = await fis();
    const answer = await send(bench, line, body, { authorization: SIGNED });
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(text) } });
    expect(answer.headers.get('x-amzn-errortype')).toBe(code);
    expect(bench.inputs).toEqual([]);
    expect(bench.bugs).toEqual([]);
  });

  it('without a signature is found by its path alone', async () => {
    const bench = await fis();
    expect((await send(bench, 'GET /experiments/EXP1')).status).toBe(200);
    const answer = await send(bench, 'GET /nowhere');
    expect(answer.headers.get('x-amzn-errortype')).toBe('MissingAction');
  });

  it('of another service is not taken for one', async () => {
    const authorization = SIGNED.replace('/fis/', '/ecs/');
    const answer = await send(await fis(), 'GET /experiments/EXP1', undefined, { authorization });
    expect(answer.headers.get('x-amzn-errortype')).toBe('MissingAction');
  });
});

/** `load.writes`: what it stands for when little is said, and what is said to what is wrong. */
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../../src/operations/chaos/experiment/parse.ts';
import { formatProblem } from '../../../../src/platform/problems.ts';

const withWrites = (writes: string) =>
  parseExperiment(
    `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: failover }
template:
  description: A failover
  roleArn: arn:aws:iam::000000000000:role/fis
  stopConditions: [{ source: none }]
  actions: { wait: { actionId: aws:fis:wait, parameters: { duration: PT1M } } }
load: { profile: failover, writes: ${writes} }
expect: { rpo: 0s }
`,
    'failover.yml',
  );

describe('load.writes', () => {
  it('needs a ledger only: writes are then POSTs to the path of the load, with idempotency keys', () => {
    expect(withWrites('{ ledger: /ledgers/orders }').experiment?.load?.writes).toEqual({
      method: 'POST',
      path: undefined,
      body: undefined,
      idHeader: 'idempotency-key',
      ledger: '/ledgers/orders',
    });
    const all = `{ ledger: 'https://standby.example.com/l', path: /orders, method: GET, body: '{"a":1}', id: x-order-id }`;
    expect(withWrites(all).experiment?.load?.writes).toEqual({
      method: 'GET',
      path: '/orders',
      body: '{"a":1}',
      idHeader: 'x-order-id',
      ledger: 'https://standby.example.com/l',
    });
  });

  it.each([
    ['{ path: /orders }', 'ledger', '/ledgers/orders'],
    ['{ ledger: ledgers/orders }', 'a path that begins with /, or an address', '/ledgers/orders'],
    ['{ ledger: /l, path: orders }', 'a path that begins with /', '/orders'],
    ['{ ledger: /l, method: PUT }', 'POST', 'POST'],
    ['{ ledger: /l, id: "x order" }', 'the name of a header', 'idempotency-key'],
    ['{ ledger: /l, idempotency: x }', 'idempotency', ''],
  ])('says what is wrong with %s, and what to write', (writes, what, write) => {
    const { experiment, problems } = withWrites(writes);
    expect(experiment).toBeUndefined();
    expect(problems).toHaveLength(1);
    const text = problems.map(formatProblem).join('\n');
    expect(text).toContain(what);
    expect(text).toContain(write);
  });
});

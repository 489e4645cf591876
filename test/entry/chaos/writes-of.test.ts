import { describe, expect, it } from 'vitest';
import { asWrites, ledgerOf } from '../../../src/entry/chaos/writes-of.ts';
import { findProfile } from '../../../src/entry/load/find-profile.ts';
import { InputError } from '../../../src/errors.ts';
import type { ExperimentWrites } from '../../../src/operations/chaos/experiment/experiment.ts';
import { type PlannedLoad, planRun } from '../../../src/operations/load/plan.ts';
import { requestFor } from '../../operations/load/lab.ts';

const WRITES: ExperimentWrites = {
  method: 'POST',
  path: '/orders?shop=7',
  body: '{"theme":"dusk"}',
  idHeader: 'idempotency-key',
  ledger: '/ledgers/orders?shop=7',
};

async function planned(rehearsalSpeed?: number): Promise<PlannedLoad> {
  const site = { url: 'http://127.0.0.1:9', environment: ', load: { allow: [https://standby.example.com] }' };
  return planRun({ ...requestFor(site, await findProfile('failover')), rehearsalSpeed });
}

describe('a load of writes', () => {
  it('sends each request of load and probe with an id of its own', async () => {
    const { load, probe, url } = asWrites(await planned(), WRITES, 'run');
    expect(url.href).toBe('http://127.0.0.1:9/orders?shop=7');
    for (const [one, prefix] of [
      [load, 'run-load-'],
      [probe, 'run-probe-'],
    ] as const) {
      expect(one).toMatchObject({ url: url.href, method: 'POST', body: WRITES.body });
      expect(one?.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(one?.numbered).toEqual({ header: 'idempotency-key', prefix });
    }
    expect(probe?.newConnections).toBe(true);
  });

  it('leaves the address and the type as they are where nothing is said of them', async () => {
    const plain = await planned();
    const text = asWrites(plain, { ...WRITES, path: undefined, body: 'a print of dusk' }, 'run').load;
    expect(text.url).toBe(plain.load.url);
    expect(text.headers).toEqual(plain.load.headers);
    const none = asWrites(plain, { ...WRITES, method: 'GET', body: undefined }, 'run').load;
    expect([none.method, none.body]).toEqual(['GET', plain.load.body]);
  });
});

describe('the ledger', () => {
  const at = (ledger: string, plan: PlannedLoad) => ledgerOf({ ...WRITES, ledger }, plan).url;

  it('is a path of the service, or an address that surefoot.yml allows', async () => {
    const plan = await planned();
    expect(at(WRITES.ledger, plan)).toBe('http://127.0.0.1:9/ledgers/orders?shop=7');
    expect(at('https://standby.example.com/ledger', plan)).toBe('https://standby.example.com/ledger');
    expect(() => at('https://elsewhere.example.com/ledger', plan)).toThrow(InputError);
    expect(() => at('https://elsewhere.example.com/ledger', plan)).toThrow(/add it to environments\.dev\.load\.allow/);
  });

  it('may be anything of this machine in a rehearsal, and only there', async () => {
    const other = 'http://127.0.7.1:5432/ledgers/orders';
    expect(at(other, await planned(20))).toBe(other);
    const plan = await planned();
    expect(() => at(other, plan)).toThrow(InputError);
    const rehearsed = await planned(20);
    expect(() => at('https://elsewhere.example.com/ledger', rehearsed)).toThrow(InputError);
  });
});

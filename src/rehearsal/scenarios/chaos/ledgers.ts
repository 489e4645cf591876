/** The ledgers of the databases themselves, asked without the service between: what was kept, and what was not. */
import type { Check } from '../../../report/evidence.ts';
import type { AccessLogLine } from '../../world/balancer/access-log.ts';
import type { ChaosObservation } from '../scenario.ts';
import { isWell } from './access-log.ts';
import { measurementOf } from './checks.ts';

/** Every request of the load is an order with an id of its own, which the shop keeps once, and shows. */
export const WRITES = { path: '/orders', ledger: '/ledgers/orders', body: '{"theme":"dusk","prints":1}' } as const;

const LEDGER = '/ledgers/orders';

/** The ids in the ledger of one node. @throws Error when it does not answer */
export async function orderIds(address: { readonly host: string; readonly port: number }): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after = 0; ; ) {
    const answer = await fetch(`http://${address.host}:${address.port}${LEDGER}?after=${after}`);
    const { entries } = (await answer.json()) as { entries: readonly { id: string; position: number }[] };
    const last = entries.at(-1);
    if (last === undefined) {
      return ids;
    }
    for (const { id } of entries) {
      ids.add(id);
    }
    after = last.position;
  }
}

/** `<run>-load-12` and `<run>-probe-12`: which of the two loads, and the number of the request. */
function keyOf(id: string): string {
  return id.split('-').slice(-2).join('-');
}

function keyOfLine({ id, single }: AccessLogLine): string {
  return `${single ? 'probe' : 'load'}-${id.split('-').at(-1)}`;
}

/** Orders that the balancer saw acknowledged, and those of them that the ledger does not have. */
export function lostOrders(
  log: readonly AccessLogLine[],
  ledger: ReadonlySet<string>,
): { acknowledged: number; lost: number } {
  const kept = new Set([...ledger].map(keyOf));
  const acknowledged = log.filter((line) => line.path === WRITES.path && isWell(line)).map(keyOfLine);
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((key) => !kept.has(key)).length };
}

/** The run has found exactly as many as the balancer's log and the database's own ledger say. Pure. */
export function lostWritesAgree({ operation, log }: ChaosObservation, ledger: ReadonlySet<string>): Check {
  const said = measurementOf(operation, 'lost-writes');
  const { acknowledged, lost } = lostOrders(log, ledger);
  return {
    name: "lost writes are those of the balancer's log and the database's ledger",
    verdict: said !== undefined && said.value === lost && acknowledged > 0 ? 'pass' : 'fail',
    expected: `${lost} of ${acknowledged} acknowledged`,
    observed: said === undefined ? 'not measured' : `${said.value ?? 'not known'} of ${said.n ?? '?'} acknowledged`,
  };
}

/** `31 of 540 acknowledged writes lost, RPO 0.981 to 1.014 s`. */
export function lossText({ operation }: ChaosObservation): string {
  const lost = measurementOf(operation, 'lost-writes');
  const rpo = measurementOf(operation, 'rpo');
  const interval = rpo?.lower === undefined ? '' : `, RPO ${rpo.lower.toFixed(3)} to ${rpo.upper?.toFixed(3) ?? '?'} s`;
  return `${lost?.value ?? 'an unknown number'} of ${lost?.n ?? '?'} acknowledged writes lost${lost?.value === 0 ? '' : interval}`;
}

/** A load whose requests are writes, each with an id, and the ledger of the service that is asked for them afterwards. */
import { isLoopback } from '../../aws/where-to.ts';
import { InputError } from '../../errors.ts';
import type { ShapedLoad } from '../../measure/types.ts';
import type { ExperimentWrites } from '../../operations/chaos/experiment/experiment.ts';
import type { LedgerAddress } from '../../operations/chaos/run/measure/ledger.ts';
import { writePrefix } from '../../operations/chaos/run/measure/writes.ts';
import { allowedOrigins, type PlannedLoad } from '../../operations/load/plan.ts';

/** The same load and probe, writing. */
export function asWrites(planned: PlannedLoad, writes: ExperimentWrites, runId: string): PlannedLoad {
  const { load, probe } = planned;
  const url = new URL(writes.path ?? planned.url, planned.url);
  const written = (one: ShapedLoad, which: 'load' | 'probe'): ShapedLoad => ({
    ...one,
    url: url.href,
    method: writes.method,
    headers: { ...typeOf(writes.body), ...one.headers },
    ...(writes.body === undefined ? {} : { body: writes.body }),
    numbered: { header: writes.idHeader, prefix: writePrefix(runId, which) },
  });
  return { ...planned, url, load: written(load, 'load'), probe: probe && written(probe, 'probe') };
}

function typeOf(body: string | undefined): Record<string, string> {
  try {
    return body === undefined || JSON.parse(body) === undefined ? {} : { 'content-type': 'application/json' };
  } catch {
    return {};
  }
}

/** @throws InputError `ledger-not-allowed` for an address that surefoot.yml does not allow */
export function ledgerOf({ ledger }: ExperimentWrites, { request, url, load }: PlannedLoad): LedgerAddress {
  const at = new URL(ledger, url);
  const allowed = allowedOrigins(request);
  const inRehearsal = request.rehearsalSpeed !== undefined && isLoopback(at.hostname);
  if (!allowed.includes(at.origin) && !inRehearsal) {
    const { name } = request.environment;
    throw new InputError(
      'ledger-not-allowed',
      `load.writes.ledger is at ${at.origin}, and surefoot.yml allows ${allowed.join(', ') || 'no address'}: if it is yours, add it to environments.${name}.load.allow`,
    );
  }
  return { url: at.href, headers: load.headers ?? {} };
}

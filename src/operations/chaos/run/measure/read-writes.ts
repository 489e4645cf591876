/** What became of the writes of a load, by the ledger of the service; before the fault, that the ledger can be believed. */
import type { LocalMoment } from '../../../common/outage/clock-offset.ts';
import { type Row, row } from '../../plan/rows.ts';
import type { ChaosRunRequest } from '../request.ts';
import { type LedgerPorts, type LedgerReading, readLedger } from './ledger.ts';
import { type Loss, lossOf } from './loss.ts';
import { isAcknowledged, runPrefix, type Write } from './writes.ts';

export type WrittenFacts =
  | { readonly kind: 'measured'; readonly loss: Loss }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What is not in the ledger is looked for again: it may be shown a moment later. Seconds between. */
const LOOKS_AGAIN = [1, 2, 4];

/** The service is to have recovered, and every request to have ended. Undefined: the run has no ledger. */
export async function writtenFacts(
  request: Pick<ChaosRunRequest, 'ledger' | 'runId'>,
  writes: readonly Write[],
  fault: LocalMoment,
  ports: LedgerPorts,
): Promise<WrittenFacts | undefined> {
  const reading = await patientReading(request, writes, ports);
  return reading?.kind === 'read'
    ? { kind: 'measured', loss: lossOf(writes, reading.times, fault.from, fault.to - fault.from) }
    : reading;
}

/** Whether the ledger has all that was acknowledged without any fault: only then can it tell what a fault has cost. Undefined: there is none. */
export async function ledgerRow(
  request: Pick<ChaosRunRequest, 'ledger' | 'runId'>,
  writes: readonly Write[],
  ports: LedgerPorts,
): Promise<Row | undefined> {
  const acknowledged = writes.filter(isAcknowledged);
  const reading = await patientReading(request, acknowledged, ports);
  if (reading === undefined) {
    return undefined;
  }
  const [code, observed] = problemOf(reading, acknowledged);
  return row(
    code ?? 'ledger-incomplete',
    'ledger before the fault',
    code === undefined ? 'pass' : 'inconclusive',
    'it has every write that was acknowledged (load.writes)',
    observed,
  );
}

function problemOf(reading: LedgerReading, acknowledged: readonly Write[]): [string | undefined, string] {
  if (reading.kind === 'unreadable') {
    return ['ledger-unreadable', `it cannot be read: ${reading.why}`];
  }
  const missing = acknowledged.filter(({ id }) => !reading.times.has(id));
  if (acknowledged.length === 0) {
    return ['no-writes', 'no write was acknowledged with 2xx'];
  }
  return missing.length === 0
    ? [undefined, `${acknowledged.length} of ${acknowledged.length}`]
    : [
        'ledger-incomplete',
        `it lacks ${missing.length} of ${acknowledged.length} writes, ${missing[0]?.id} among them: does the service keep the id of load.writes.id, and is this the ledger of what the load writes?`,
      ];
}

/** Reads until nothing that was acknowledged is missing, at most a few times. */
async function patientReading(
  { ledger, runId }: Pick<ChaosRunRequest, 'ledger' | 'runId'>,
  writes: readonly Write[],
  ports: LedgerPorts,
): Promise<LedgerReading | undefined> {
  if (ledger === undefined) {
    return undefined;
  }
  const read = () => readLedger(ledger, runPrefix(runId), ports);
  const isWhole = (reading: LedgerReading) =>
    reading.kind === 'unreadable' || writes.every((write) => !isAcknowledged(write) || reading.times.has(write.id));
  let reading = await read();
  for (const waitSeconds of LOOKS_AGAIN) {
    if (isWhole(reading)) {
      return reading;
    }
    await ports.clock.sleep(waitSeconds * 1000, ports.signal);
    reading = await read();
  }
  return reading;
}

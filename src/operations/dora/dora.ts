/** `dora`: reads deliveries, measures them, changes nothing. */
import type { DoraRecord } from '../../report/dora/record.ts';
import type { Evidence, Reason, Verdict } from '../../report/evidence.ts';
import { counted } from '../../report/format.ts';
import type { Ports } from '../ports.ts';
import { createRecorder } from '../recorder.ts';
import type { Delivery, ReadDelivery } from './events.ts';
import { measure } from './measure.ts';

export interface DoraRequest {
  /** Of the application, as people call it. */
  readonly name: string;
  readonly environment: string;
  /** The environment of surefoot.yml that the record is about, where the source has another name for it. */
  readonly about?: string | undefined;
  readonly service?: string | undefined;
  /** ms; undefined: now. */
  readonly until: number | undefined;
  readonly days: number;
  /** How long after a deployment it may turn out to have failed. */
  readonly horizonSeconds: number;
  /** True: a number that is unknown makes the record inconclusive, whatever the reason. */
  readonly strict: boolean;
}

const CONFIDENCE = 0.95;
const DAY_MS = 86_400_000;

/**
 * A record with the five numbers. It judges nothing: it passes when all was read, and is inconclusive when something could not be, or when
 * there was nothing at all.
 */
export async function measureDora(
  request: DoraRequest,
  read: ReadDelivery,
  ports: Pick<Ports, 'clock'>,
): Promise<Evidence> {
  const now = ports.clock.now().getTime();
  const to = Math.min(request.until ?? now, now);
  const window = { from: to - request.days * DAY_MS, to };
  const recorder = createRecorder({
    operation: 'dora',
    title: `Software delivery of ${request.name}`,
    subject: {
      environment: request.about ?? request.environment,
      ...(request.service === undefined ? {} : { service: request.service }),
    },
    rehearsalSpeed: undefined,
    tools: [],
    clock: ports.clock,
  });
  const delivery = await read(window);
  const { environment, service, horizonSeconds } = request;
  const dora = measure(delivery, { environment, service, window, horizonSeconds, now, confidence: CONFIDENCE });
  for (const { indicator, value, lower, upper, confidence, n, unit, method } of dora.metrics) {
    recorder.measure({
      indicator,
      value,
      ...(lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
      ...(confidence === undefined ? {} : { confidence }),
      n,
      unit,
      method,
    });
  }
  const { verdict, reasons } = conclude(dora, delivery, request.strict);
  return { ...recorder.finish(verdict, reasons, { dora }), tools: [...delivery.tools] };
}

function conclude(
  dora: DoraRecord,
  delivery: Delivery,
  strict: boolean,
): { readonly verdict: Verdict; readonly reasons: readonly Reason[] } {
  const missing = dora.metrics.flatMap(({ indicator, unknown }) =>
    unknown === undefined ? [] : [{ indicator, unknown }],
  );
  const unread = delivery.unknown ?? missing.find(({ unknown }) => unknown.code === 'no-deployments')?.unknown;
  if (unread !== undefined) {
    return { verdict: 'inconclusive', reasons: [unread] };
  }
  const known = dora.metrics.length - missing.length;
  const measured = {
    code: 'measured',
    message: `Measured: ${known} of ${dora.metrics.length}${missing.length === 0 ? '' : `, ${missing.length} unknown`}; from ${counted(dora.deployments.length, 'deployment')} to ${dora.environment} and ${counted(dora.changes.length, 'change')}`,
  };
  const unknown = missing.map(({ indicator, unknown: { code, message } }) => ({
    code,
    message: `${indicator} is unknown: ${message}`,
  }));
  // A history or a list of incidents that could not be read is a fault of the reading; that nothing failed is not.
  const faulty = missing.some(({ unknown: { code } }) => code === 'history-incomplete' || FAULTS.has(code));
  return strict && unknown.length > 0
    ? { verdict: 'inconclusive', reasons: [...unknown, measured] }
    : { verdict: faulty ? 'inconclusive' : 'pass', reasons: [measured, ...unknown] };
}

/** Why incidents could not be read, of the sources that there are. */
const FAULTS: ReadonlySet<string> = new Set([
  'rate-limited',
  'partial-answer',
  'request-limit',
  'no-such-label',
  'unreachable',
]);

/** The balancer's log of single requests, and what it says of an outage: the truth that a run of an experiment is held against. Pure but for reading. */
import { readFile } from 'node:fs/promises';
import type { LoadRecord } from '../../../report/evidence.ts';
import type { AccessLogLine } from '../../world/balancer/access-log.ts';
import { judgedBins } from '../load-checks.ts';

/** All requests whose response has ended, in the order in which they arrived. */
export async function readAccessLog(file: string): Promise<AccessLogLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AccessLogLine)
    .sort((a, b) => a.received - b.received);
}

/** The client was answered well, and got all of it. */
export function isWell({ status, whole }: AccessLogLine): boolean {
  return whole && status < 400;
}

/**
 * As the client had it: an answer that was sent once the client's patience had ended came to nobody, whether or not its connection was seen
 * to close first. `timeoutSeconds`: how long the client waits.
 */
export function asClientsSaw(lines: readonly AccessLogLine[], timeoutSeconds: number): AccessLogLine[] {
  return lines.map((line) =>
    line.whole && line.ended - line.received >= timeoutSeconds * 1000 ? { ...line, whole: false } : line,
  );
}

/** By so much the balancer may be behind and its log still be the truth, in ms: allowed for without end, it would agree with anything. */
export const BEHIND_MS = 100;

/** A moment in seconds after the fault, as the balancer saw it: not later than `at`, and not earlier than `from`, where it had to wait for its turn. */
export interface Moment {
  readonly from: number;
  readonly at: number;
  /** Seconds by which it was behind beyond what is allowed for. */
  readonly beyond: number;
}

/** Undefined where no request failed, or none was answered well after the last failure. */
export interface OutageTruth {
  readonly lastFailure: Moment | undefined;
  readonly back: Moment | undefined;
}

/**
 * @param lines in the order in which they arrived
 * @param faultAt ms since 1970; `until` likewise: later requests may have been cut off by the end of the load
 */
export function outageOf(lines: readonly AccessLogLine[], faultAt: number, until: number): OutageTruth {
  const touched = lines.filter(({ received, ended }) => ended >= faultAt && received < until);
  const failures = touched.filter((line) => !isWell(line));
  const last = failures.at(-1);
  const back = last && touched.find((line) => isWell(line) && line.received > last.received);
  const after = (ms: number) => Math.max(0, (ms - faultAt) / 1000);
  const moment = (line: AccessLogLine | undefined): Moment | undefined =>
    line && {
      from: after(line.received - Math.min(line.behind, BEHIND_MS)),
      at: after(line.received),
      beyond: Math.max(0, line.behind - BEHIND_MS) / 1000,
    };
  return { lastFailure: moment(last), back: moment(back) };
}

/** Of the load itself, without the probe beside it, whose requests come each over a connection of its own. */
export function linesOfLoad(lines: readonly AccessLogLine[]): AccessLogLine[] {
  return lines.filter(({ single }) => !single);
}

/** The requests of the judged window: those that were planned first, by the number that k6 gives each. */
export function judgedLines(lines: readonly AccessLogLine[], load: LoadRecord): AccessLogLine[] {
  const planned = judgedBins(load).reduce((sum, bin) => sum + bin.planned, 0);
  return linesOfLoad(lines).filter(({ id }) => Number(id.split('-').at(-1)) < planned);
}

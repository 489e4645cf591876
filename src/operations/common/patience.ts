/** Patience with reads while something is under way. */
import { mayPass } from '../../aws/errors.ts';
import type { Ports } from '../ports.ts';

/** Seconds between attempts: half a minute in all. */
const WAITS = [2, 4, 8, 16];

/**
 * Reads again when AWS throttles, fails or cannot be reached; the SDK itself has tried for seconds by then. What is under way is not
 * ended because AWS is hard to reach for half a minute. Other errors, and the last one, are thrown.
 */
export async function patiently<T>(
  read: () => Promise<T>,
  ports: Pick<Ports, 'signal' | 'clock' | 'reporter'>,
): Promise<T> {
  for (const waitSeconds of WAITS) {
    try {
      return await read();
    } catch (error) {
      ports.signal.throwIfAborted();
      if (!mayPass(error)) {
        throw error;
      }
      const said = error instanceof Error ? error.message : String(error);
      ports.reporter.warn(`${said}; asking again in ${waitSeconds} s`);
      await ports.clock.sleep(waitSeconds * 1000, ports.signal);
    }
  }
  return read();
}

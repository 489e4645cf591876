/** The balancer process: a data plane driven over the IPC channel. Its end is the channel's end. */
import { DataPlane } from './data-plane.ts';
import type { BalancerConfig, FromBalancer, ToBalancer } from './protocol.ts';

/** Runs the helper process; returns at once, the process ends on `stop` or when the parent is gone. */
export function runBalancer(): void {
  // A terminal's Ctrl-C reaches the whole process group; the parent decides when the load balancer ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => process.exit(0));

  const send = (message: FromBalancer): void => {
    if (process.connected) {
      process.send?.(message);
    }
  };
  const plane = new DataPlane(send);
  let applying: Promise<void> = Promise.resolve();

  const configure = async (config: BalancerConfig): Promise<void> => {
    try {
      await plane.apply(config);
      send({ type: 'applied', version: config.version });
    } catch (error) {
      send({ type: 'applied', version: config.version, error: (error as Error).message });
    }
  };
  process.on('message', (message: ToBalancer) => {
    if (message.type === 'configure') {
      applying = applying.then(() => configure(message.config));
    } else if (message.type === 'log') {
      plane.logTo(message.file);
    } else if (message.type === 'disturb') {
      plane.disturb(message.faults);
      send({ type: 'disturbed', request: message.request });
    } else {
      plane.stop();
      process.send?.({ type: 'stopped' } satisfies FromBalancer, undefined, undefined, () => process.exit(0));
    }
  });
  send({ type: 'ready' });
}

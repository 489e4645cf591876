/** The process that holds the relays of all zones: what tasks send to databases, and get from them, goes through it. */
import type { FromZoneRelay, ToZoneRelay, WayFaults, ZoneRelayCommand } from './protocol.ts';
import { isSame, Way } from './way.ts';

/** Runs the helper process; returns at once, the process ends when the parent is gone. */
export function runZoneRelay(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));
  const send = (message: FromZoneRelay): void => {
    if (process.connected) {
      process.send?.(message);
    }
  };
  const ways = new Ways();
  process.on('message', ({ request, command }: ToZoneRelay) => {
    ways.execute(command).then(
      (port) => send({ type: 'done', request, port }),
      (error: unknown) => send({ type: 'failed', request, message: (error as Error).message }),
    );
  });
  send({ type: 'ready' });
}

class Ways {
  readonly #all = new Set<Way>();
  #faults: WayFaults = { darkZones: [], impairments: [], blackholes: [] };

  /** The port of a way that was opened, else 0. */
  async execute(command: ZoneRelayCommand): Promise<number> {
    switch (command.type) {
      case 'open': {
        const way = new Way(command.way);
        way.disturb(this.#faults);
        this.#all.add(way);
        return way.listen();
      }
      case 'close': {
        const gone = [...this.#all].filter(({ config }) => isSame(config.task, command.task));
        for (const way of gone) {
          this.#all.delete(way);
        }
        await Promise.all(gone.map((way) => way.close()));
        return 0;
      }
      case 'disturb':
        this.#faults = command.faults;
        for (const way of this.#all) {
          way.disturb(command.faults);
        }
        return 0;
    }
  }
}

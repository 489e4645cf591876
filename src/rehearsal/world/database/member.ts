/** A place for a node: an address in a zone and a log on disk. Processes come and go in it; the log stays. */
import type { TaskAddress } from '../addresses/plan.ts';
import { Helper } from './helper.ts';
import type { FollowerConfig, FromNode, NodeCommand, NodePositions, NodeReport } from './protocol.ts';

export interface MemberEvents {
  readonly report: (report: NodeReport) => void;
  /** The process ended without `stop` having been called. */
  readonly crashed: () => void;
}

type NodeHelper = Helper<Extract<FromNode, { type: 'done' }>, Extract<FromNode, { type: 'report' }>>;

export class Member {
  readonly name: string;
  readonly address: TaskAddress;
  readonly #logFile: string;
  readonly #events: MemberEvents;
  #process: NodeHelper | undefined;
  #starting: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(name: string, address: TaskAddress, logFile: string, events: MemberEvents) {
    this.name = name;
    this.address = address;
    this.#logFile = logFile;
    this.#events = events;
  }

  get zone(): string {
    return this.address.zone;
  }

  /** Where its log is, whether or not a process runs over it. */
  get logFile(): string {
    return this.#logFile;
  }

  get alive(): boolean {
    return this.#process !== undefined && !this.#process.isGone;
  }

  /** undefined while no process runs. */
  get pid(): number | undefined {
    return this.alive ? this.#process?.pid : undefined;
  }

  /** Starts a process over the log, unless one runs. */
  start(): Promise<void> {
    if (this.alive) {
      return this.#starting;
    }
    this.#stopping = false;
    this.#starting = this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<void> {
    const helper: NodeHelper = await Helper.start('__database-node', ({ report }) => this.#events.report(report));
    this.#process = helper;
    const { name, address } = this;
    const config = { name, host: address.host, port: address.port, logFile: this.#logFile };
    try {
      await helper.ask({ command: { type: 'start', config } satisfies NodeCommand });
    } catch (error) {
      await helper.kill();
      throw error;
    }
    void helper.gone.then(() => {
      if (this.#process === helper && !this.#stopping) {
        this.#events.crashed();
      }
    });
  }

  /** @throws Error when no process runs, or it refuses */
  async execute(command: NodeCommand): Promise<NodePositions> {
    if (this.#process === undefined) {
      throw new Error(`${this.name} does not run`);
    }
    return (await this.#process.ask({ command })).positions;
  }

  /** Ends the process; it is not reported as a crash. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#process?.kill();
  }

  /** Kills the process as a fault would, also one that is just being started. */
  async crash(): Promise<void> {
    await this.#starting.catch(() => {});
    await this.#process?.kill();
  }

  /** This member as a primary's follower. */
  follower(mode: FollowerConfig['mode'], lagMs = 0): FollowerConfig {
    return { name: this.name, host: this.address.host, port: this.address.port, mode, lagMs };
  }
}

/** One node of a database: a log, its contents, and the role that the control plane gave it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type {
  JoinRequest,
  NodeCommand,
  NodeConfig,
  NodePositions,
  NodeReport,
  ShipRequest,
  Write,
} from '../protocol.ts';
import { type Answer, answerClient, type Readable, readJson, send } from './api.ts';
import { Contents } from './contents.ts';
import { commonPosition, DurableLog } from './log.ts';
import { type Acknowledgement, NotPrimary, Primary } from './primary.ts';

/** A message of a primary: many entries, each with a client's body. */
const LONGEST_MESSAGE = 64 * 1024 * 1024;
/** Longer than the idle time of common clients' pools, so that they close first. */
const KEEP_ALIVE_MS = 75_000;

type Role = 'starting' | 'primary' | 'standby' | 'replica';

export class DatabaseNode implements Readable {
  readonly #log: DurableLog;
  readonly #server: Server;
  readonly #report: (report: NodeReport) => void;
  #contents = new Contents();
  #role: Role = 'starting';
  /** The latest epoch that this node knows of; it takes nothing from earlier ones. */
  #epoch = 0;
  #primary: Primary | undefined;
  /** Changes to role and log, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(log: DurableLog, report: (report: NodeReport) => void) {
    this.#log = log;
    this.#report = report;
    this.#contents.apply(log.all());
    this.#server = createServer((request, response) => {
      void this.#answer(request)
        .catch((error: unknown): Answer => ({ status: 500, body: { error: String(error) } }))
        .then((answer) => send(response, answer));
    });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Reads the log and listens. Without a role yet, it answers nothing but refusals. */
  static async start(config: NodeConfig, report: (report: NodeReport) => void): Promise<DatabaseNode> {
    const node = new DatabaseNode(await DurableLog.open(config.logFile), report);
    await new Promise<void>((resolve, reject) => {
      node.#server.once('error', reject);
      node.#server.listen({ host: config.host, port: config.port, exclusive: true }, resolve);
    });
    return node;
  }

  get contents(): Contents | undefined {
    const isPrimary = this.#primary !== undefined && !this.#primary.ended;
    return isPrimary || this.#role === 'replica' ? this.#contents : undefined;
  }

  get role(): string {
    return this.#role;
  }

  get position(): number {
    return this.#log.position;
  }

  get positions(): NodePositions {
    return { position: this.#log.position, acknowledged: this.#primary?.acknowledged ?? 0 };
  }

  submit(write: Write): Promise<Acknowledgement> {
    return this.#primary?.submit(write) ?? Promise.reject(new NotPrimary(`this node is ${this.#role}`));
  }

  async setReadOnly(readOnly: boolean): Promise<void> {
    if (this.#primary === undefined) {
      throw new NotPrimary(`this node is ${this.#role}`);
    }
    await this.#primary.setReadOnly(readOnly);
  }

  /** Carries out what the control plane says. @throws Error when it cannot */
  execute(command: Exclude<NodeCommand, { type: 'start' }>): Promise<void> {
    switch (command.type) {
      case 'lead':
        return this.#inTurn(async () => {
          if (command.epoch <= this.#epoch) {
            throw new Error(`epoch ${command.epoch} is over: this node knows ${this.#epoch}`);
          }
          this.#epoch = command.epoch;
          this.#primary?.end('it leads a later epoch now');
          this.#role = 'primary';
          const primary = new Primary({
            epoch: command.epoch,
            log: this.#log,
            contents: this.#contents,
            report: this.#report,
          });
          this.#primary = primary;
          primary.setFollowers(command.followers);
        });
      case 'follow':
        return this.#inTurn(async () => {
          this.#epoch = Math.max(this.#epoch, command.epoch);
          this.#primary?.end('it follows another one now');
          this.#primary = undefined;
          this.#role = command.readable ? 'replica' : 'standby';
        });
      case 'set-followers':
        return this.#inTurn(async () => this.#primary?.setFollowers(command.followers));
      case 'go-alone':
        return this.#inTurn(async () => {
          if (this.#primary?.epoch === command.epoch) {
            this.#primary.goAlone();
          }
        });
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    switch (request.url) {
      case '/replication/join': {
        const message = (await readJson(request, LONGEST_MESSAGE)) as JoinRequest;
        return this.#inTurn(() => this.#join(message));
      }
      case '/replication/entries': {
        const message = (await readJson(request, LONGEST_MESSAGE)) as ShipRequest;
        return this.#inTurn(() => this.#take(message));
      }
      default:
        return answerClient(this, request);
    }
  }

  /** Takes the log of this epoch's primary as its own: what differs from it goes. None of that was ever acknowledged. */
  async #join({ epoch, epochs }: JoinRequest): Promise<Answer> {
    if (!this.#follows(epoch)) {
      return this.#refusal();
    }
    this.#epoch = epoch;
    const common = commonPosition(this.#log.epochs(), epochs);
    if (common < this.#log.position) {
      await this.#log.truncate(common);
      this.#contents = new Contents();
      this.#contents.apply(this.#log.all());
    }
    return { status: 200, body: { position: this.#log.position } };
  }

  async #take({ epoch, after, entries }: ShipRequest): Promise<Answer> {
    if (!this.#follows(epoch)) {
      return this.#refusal();
    }
    if (epoch > this.#epoch || after !== this.#log.position) {
      return { status: 412, body: { error: 'join first', position: this.#log.position } };
    }
    await this.#log.append(entries);
    this.#contents.apply(entries);
    return { status: 200, body: { position: this.#log.position } };
  }

  #follows(epoch: number): boolean {
    return (this.#role === 'standby' || this.#role === 'replica') && epoch >= this.#epoch;
  }

  /** A primary that hears this has been replaced; a node without a role yet only asks for patience. */
  #refusal(): Answer {
    return this.#role === 'starting'
      ? { status: 503, body: { error: 'no role yet' } }
      : { status: 409, body: { error: 'a later epoch is in force', epoch: this.#epoch } };
  }
}

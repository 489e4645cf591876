/** Tasks that no service runs: started by RunTask, gone when they end. */
import type { TaskRecord } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';
import type { StopRequest } from './task-runner.ts';
import { TaskRunners } from './task-runners.ts';

/** How long AWS honours RunTask's client tokens. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html */
const KEEP_TOKENS_MS = 24 * 3_600_000;

/** What a client token stood for. */
export interface TokenUse {
  readonly request: object;
  readonly taskArns: readonly string[];
  readonly at: Date;
}

/** Runs single tasks, and remembers by client token which ones were asked for. */
export class SingleTasks {
  readonly #world: EcsWorld;
  readonly #runners: TaskRunners;
  readonly #tokens = new Map<string, TokenUse>();

  constructor(world: EcsWorld) {
    this.#world = world;
    // Nobody waits for single tasks, and they have no target groups.
    const nothing = () => {};
    this.#runners = new TaskRunners(world, {
      changed: nothing,
      registered: nothing,
      deregistered: nothing,
      draining: nothing,
    });
  }

  /** Starts the process of a task just made. Each task looks its images up by itself: there is no revision that would fix them. */
  start(task: TaskRecord): void {
    this.#runners.start(task, [], ({ image }) => this.#world.resolveImage(image));
  }

  /** Asks a task to end; one that has ended, or is a service's, is left alone. */
  stop(task: TaskRecord, request: StopRequest): void {
    this.#runners.stop(task, request);
  }

  /** Ends every task; resolves when all are gone. */
  endAll(): Promise<void> {
    return this.#runners.endAll('UserInitiated');
  }

  /** What the token was used for in the last 24 hours. */
  tokenUse(token: string): TokenUse | undefined {
    return this.#tokens.get(token);
  }

  /** Remembers a token, and forgets old ones. */
  useToken(token: string, use: TokenUse): void {
    for (const [old, { at }] of this.#tokens) {
      if (use.at.getTime() - at.getTime() > KEEP_TOKENS_MS) {
        this.#tokens.delete(old);
      }
    }
    this.#tokens.set(token, use);
  }
}

/** Tasks that no service runs: started by RunTask, gone when they end. */
import { stoppedReason } from '../plan/event-text.ts';
import type { TaskRecord } from '../records/task.ts';
import type { EcsWorld, TaskObserver } from '../world.ts';
import { type StopRequest, TaskRunner } from './task-runner.ts';

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
  readonly #runners = new Map<TaskRecord, TaskRunner>();
  readonly #tokens = new Map<string, TokenUse>();

  constructor(world: EcsWorld) {
    this.#world = world;
  }

  /** Starts the process of a task just made. Each task looks its images up by itself: there is no revision that would fix them. */
  start(task: TaskRecord): void {
    this.#world.state.tasks.set(task.arn, task);
    const images = ({ image }: { readonly image: string }) => this.#world.resolveImage(image);
    this.#runners.set(task, new TaskRunner(this.#world, task, [], images, this.#observer));
  }

  /** Asks a task to end; one that has ended, or is a service's, is left alone. */
  stop(task: TaskRecord, request: StopRequest): void {
    this.#runners.get(task)?.stop(request);
  }

  /** Ends every task; resolves when all are gone. */
  async endAll(): Promise<void> {
    const runners = [...this.#runners.values()];
    for (const runner of runners) {
      runner.stop({ drain: false, code: 'UserInitiated', reason: stoppedReason.ended });
    }
    await Promise.all(runners.map((runner) => runner.done));
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

  readonly #observer: TaskObserver = {
    changed: (task) => {
      if (task.lastStatus === 'STOPPED') {
        this.#runners.delete(task);
        this.#world.state.forgetStoppedTasks(this.#world.clock.now());
      }
    },
    // Single tasks have no target groups.
    registered: () => {},
    deregistered: () => {},
    draining: () => {},
  };
}

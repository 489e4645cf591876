/**
 * PAUSE hooks: a deployment waits at a stage until ContinueServiceDeployment answers, or the time-out does.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { pauseHookId } from '../names.ts';
import { pausesAt, type Stage } from '../plan/stages.ts';
import type { HookRecord, HookStatus } from '../records/deployment.ts';
import type { DeploymentRecord } from '../records/service.ts';
import type { EcsWorld } from '../world.ts';

const DEFAULT_TIMEOUT_MINUTES = 1440;

/** The PAUSE hooks of one deployment; their records show each until the end. */
export class PauseHooks {
  readonly #world: EcsWorld;
  readonly #record: DeploymentRecord;
  readonly #waiting = new Map<string, () => void>();

  constructor(world: EcsWorld, record: DeploymentRecord) {
    this.#world = world;
    this.#record = record;
  }

  /** Waits for every PAUSE hook of `stage`, all at the same time. Rejects when one rolls back or the signal aborts. */
  async waitAt(stage: Stage, signal: AbortSignal): Promise<void> {
    const hooks = pausesAt(stage, this.#record.configuration.lifecycleHooks ?? []);
    try {
      await Promise.all(hooks.map((hook) => this.#wait(hook, stage, signal)));
    } finally {
      for (const hook of this.#record.hooks) {
        if (hook.status === 'AWAITING_ACTION') {
          this.#settle(hook, 'FAILED');
        }
      }
    }
  }

  /** Lets the deployment go on. The hook must be AWAITING_ACTION. */
  proceed(hook: HookRecord): void {
    this.#settle(hook, 'SUCCEEDED');
    this.#waiting.get(hook.id)?.();
  }

  /** Notes that a rollback was the answer; the deployment itself is rolled back by whoever calls this. */
  refuse(hook: HookRecord): void {
    this.#settle(hook, 'FAILED');
  }

  async #wait(configured: DeploymentLifecycleHook, stage: Stage, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    const timeoutMs = (configured.timeoutConfiguration?.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000;
    const hook: HookRecord = {
      id: pauseHookId(),
      stage,
      expiresAt: new Date(clock.now().getTime() + clock.scaled(timeoutMs)),
      timeoutAction: configured.timeoutConfiguration?.action ?? 'ROLLBACK',
      status: 'AWAITING_ACTION',
    };
    this.#record.hooks.push(hook);
    const timer = new AbortController();
    const answered = new Promise<void>((resolve) => this.#waiting.set(hook.id, resolve));
    this.#announce(hook);
    try {
      await Promise.race([answered, clock.sleepScaled(timeoutMs, AbortSignal.any([signal, timer.signal]))]);
    } finally {
      timer.abort();
      this.#waiting.delete(hook.id);
    }
    if (hook.status === 'AWAITING_ACTION') {
      this.#settle(hook, 'TIMED_OUT');
      if (hook.timeoutAction === 'ROLLBACK') {
        throw new Error(`the lifecycle hook ${hook.id} timed out at ${stage}`);
      }
    }
  }

  #settle(hook: HookRecord, status: HookStatus): void {
    hook.status = status;
    this.#record.updatedAt = this.#world.clock.now();
    this.#announce(hook);
  }

  #announce(hook: HookRecord): void {
    const { id, stage, status } = hook;
    this.#world.emit({ type: 'hook', deploymentArn: this.#record.arn, hookId: id, stage, status });
  }
}

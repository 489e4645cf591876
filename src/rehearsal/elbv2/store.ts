/** The state and its only way to change: a draft, in force in the balancer before it becomes the state. */
import { AwsError } from '../wire/operation.ts';
import type { Balancer } from '../world/balancer/client.ts';
import type { TargetHealthReport } from '../world/balancer/protocol.ts';
import type { RehearsalClock } from '../world/clock.ts';
import { balancerConfig } from './balancer-config.ts';
import { copyState, type ElbState, emptyState } from './state.ts';

const healthKey = (targetGroupArn: string, host: string, port: number): string => `${targetGroupArn} ${host}:${port}`;

export class ElbStore {
  #state = emptyState();
  #version = 0;
  #changes: Promise<unknown> = Promise.resolve();
  readonly #balancer: Balancer;
  readonly #clock: RehearsalClock;
  readonly #health = new Map<string, TargetHealthReport>();

  constructor(balancer: Balancer, clock: RehearsalClock) {
    this.#balancer = balancer;
    this.#clock = clock;
    balancer.on('health', (reports) => {
      for (const report of reports) {
        this.#health.set(healthKey(report.targetGroupArn, report.host, report.port), report);
      }
    });
  }

  /** The state as it is in force, without targets whose deregistration delay is over (the balancer has dropped those itself). */
  read(): ElbState {
    forgetDrained(this.#state, this.#clock.now().getTime());
    return this.#state;
  }

  /** The balancer's last word on a target. */
  health(targetGroupArn: string, host: string, port: number): TargetHealthReport | undefined {
    return this.#health.get(healthKey(targetGroupArn, host, port));
  }

  /**
   * Runs `change` on a draft, one change at a time, and resolves when the balancer has the result in force.
   * When `change` throws or the balancer cannot apply it, nothing has changed.
   */
  change<T>(change: (draft: ElbState) => T | Promise<T>): Promise<T> {
    const done = this.#changes.then(() => this.#apply(change));
    this.#changes = done.catch(() => undefined);
    return done;
  }

  async #apply<T>(change: (draft: ElbState) => T | Promise<T>): Promise<T> {
    const draft = copyState(this.read());
    const result = await change(draft);
    try {
      await this.#balancer.configure(balancerConfig(draft, ++this.#version));
    } catch (error) {
      throw new AwsError(
        'InvalidConfigurationRequestException',
        `The load balancer could not apply the change: ${(error as Error).message}`,
      );
    }
    this.#state = draft;
    this.#forgetHealth();
    return result;
  }

  /** Addresses are used again, and tasks come and go: what is kept is the health of present targets only. */
  #forgetHealth(): void {
    const groups = [...this.#state.targetGroups.values()];
    const present = new Set(
      groups.flatMap(({ arn, targets }) => targets.map(({ host, port }) => healthKey(arn, host, port))),
    );
    for (const key of this.#health.keys()) {
      if (!present.has(key)) {
        this.#health.delete(key);
      }
    }
  }
}

function forgetDrained(state: ElbState, now: number): void {
  for (const group of state.targetGroups.values()) {
    if (group.targets.some(({ drainUntil }) => drainUntil !== undefined && drainUntil <= now)) {
      const targets = group.targets.filter(({ drainUntil }) => drainUntil === undefined || drainUntil > now);
      state.targetGroups.set(group.arn, { ...group, targets });
    }
  }
}

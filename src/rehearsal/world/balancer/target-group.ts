/** A target group: which of its targets may have the next request. */
import { INITIAL_HEALTH } from './health.ts';
import type { Network } from './network.ts';
import type { TargetGroupConfig } from './protocol.ts';
import { Target, type TargetEvents } from './target.ts';

export const targetKey = (target: { readonly host: string; readonly port: number }): string =>
  `${target.host}:${target.port}`;

export class TargetGroup {
  readonly arn: string;
  config: TargetGroupConfig;
  /** Named by a rule of a listener; without one AWS neither checks nor uses the targets. */
  inUse = false;
  /** No target is healthy, so all registered ones get traffic. */
  failOpen = false;
  readonly targets = new Map<string, Target>();
  /** Zones that the load balancer's traffic is shifted away from. */
  #shiftedZones: readonly string[] = [];
  #eligible: readonly Target[] = [];
  #next = 0;
  readonly #network: Network;

  constructor(config: TargetGroupConfig, network: Network) {
    this.#network = network;
    this.arn = config.arn;
    this.config = config;
  }

  /** Takes over a new configuration; targets that are still registered keep their connections, health and counts. */
  update(config: TargetGroupConfig, inUse: boolean, idleTimeoutMs: number, onDrained: () => void): void {
    this.config = config;
    if (inUse && !this.inUse) {
      this.#forgetHealth();
    }
    this.inUse = inUse;
    const events: TargetEvents = { onDrained, onExpired: (target) => this.targets.delete(targetKey(target)) };
    const wanted = new Set(config.targets.map(targetKey));
    for (const [key, target] of this.targets) {
      if (!wanted.has(key)) {
        target.leave();
        this.targets.delete(key);
      }
    }
    for (const entry of config.targets) {
      const key = targetKey(entry);
      let target = this.targets.get(key);
      if (target === undefined && (entry.drainUntil ?? Infinity) > Date.now()) {
        target = new Target(entry, idleTimeoutMs, this.#network, events);
        this.targets.set(key, target);
      }
      target?.update(entry, idleTimeoutMs);
    }
    this.refresh();
  }

  /** What was known before the group went out of use says nothing now. */
  #forgetHealth(): void {
    for (const target of this.targets.values()) {
      target.health = INITIAL_HEALTH;
    }
  }

  /** From the next request on, targets of these zones get none. */
  shiftAway(zones: readonly string[]): void {
    this.#shiftedZones = zones;
    this.refresh();
  }

  /** The group is no longer configured. */
  leave(): void {
    for (const target of this.targets.values()) {
      target.leave();
    }
  }

  /**
   * Works out again who gets traffic; to be called after every change of health or registration.
   *
   * Only healthy targets do. Fail-open: with fewer healthy targets than `unhealthy_state_routing.minimum_healthy_targets.count`
   * (default 1) AWS sends "traffic to all targets, including unhealthy targets", which includes new ones that are still `initial`;
   * its text on 503 names only groups with no registered target or with all targets unused.
   * A zonal shift leaves the zone's targets out, healthy or not, as long as the group has any elsewhere.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-503-issues
   */
  refresh(): void {
    const all = [...this.targets.values()].filter((target) => target.drainUntil === undefined);
    const elsewhere = all.filter(({ zone }) => !this.#shiftedZones.includes(zone));
    const registered = elsewhere.length > 0 ? elsewhere : all;
    const healthy = registered.filter((target) => target.health.state === 'healthy');
    this.failOpen = healthy.length === 0 && registered.length > 0;
    this.#eligible = this.failOpen ? registered : healthy;
  }

  /** The target for the next request; undefined when none is registered, which is a 503. */
  choose(): Target | undefined {
    const count = this.#eligible.length;
    if (count === 0) {
      return undefined;
    }
    this.#next = (this.#next + 1) % count;
    return this.config.algorithm === 'round_robin' ? this.#eligible[this.#next] : this.#leastOutstanding();
  }

  /** Ties go round, so that idle targets share evenly. */
  #leastOutstanding(): Target | undefined {
    const count = this.#eligible.length;
    let best = this.#eligible[this.#next];
    for (let i = 1; i < count; i++) {
      const target = this.#eligible[(this.#next + i) % count];
      if (target !== undefined && best !== undefined && target.inFlight < best.inFlight) {
        best = target;
      }
    }
    return best;
  }
}

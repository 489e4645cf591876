/** The load balancer as a whole: keeps listeners, groups and health checks as the last configuration says. */
import { AccessLog } from './access-log.ts';
import { HealthChecker } from './health-checker.ts';
import { Listener } from './listener.ts';
import { Network } from './network.ts';
import type {
  BalancerConfig,
  FromBalancer,
  ListenerConfig,
  NetworkFaults,
  TargetGroupConfig,
  TargetHealthReport,
} from './protocol.ts';
import { compileRules } from './rules.ts';
import type { Target } from './target.ts';
import { TargetGroup, targetKey } from './target-group.ts';
import { TrafficCounter } from './traffic.ts';

const DEFAULT_IDLE_TIMEOUT_MS = 60_000;

type InFlightRows = Extract<FromBalancer, { type: 'in-flight' }>['targets'];

const addressOf = (listener: ListenerConfig): string => `${listener.host}:${listener.port}`;

export class DataPlane {
  readonly #traffic = new TrafficCounter();
  readonly #network = new Network();
  #listenerConfigs: readonly ListenerConfig[] = [];
  readonly #listeners = new Map<string, Listener>();
  readonly #groups = new Map<string, TargetGroup>();
  readonly #checkers = new Map<Target, HealthChecker>();
  readonly #reported = new Map<string, string>();
  readonly #send: (message: FromBalancer) => void;
  #inFlightReported = false;
  #log: AccessLog | undefined;
  #tick: NodeJS.Timeout;

  constructor(send: (message: FromBalancer) => void) {
    this.#send = send;
    this.#tick = this.#scheduleTick();
  }

  /** From now on listeners that are opened write a line for each of their requests. */
  logTo(file: string): void {
    this.#log = new AccessLog(file);
  }

  /** Reports leave right after each full second. */
  #scheduleTick(): NodeJS.Timeout {
    return setTimeout(
      () => {
        this.#reportTraffic(Math.floor(Date.now() / 1000));
        this.#reportInFlight();
        this.#tick = this.#scheduleTick();
      },
      1005 - (Date.now() % 1000),
    );
  }

  /**
   * Applies a configuration as a whole: first every new address is bound, and if one cannot be, nothing changes and the error
   * is thrown; then groups and rules change between two requests. Health and requests in flight are reported before it resolves.
   */
  async apply(config: BalancerConfig): Promise<void> {
    const opened = await this.#open(config.listeners);
    this.#updateGroups(config);
    for (const [address, listener] of opened) {
      this.#listeners.set(address, listener);
    }
    const wanted = new Set<string>();
    for (const listener of config.listeners) {
      wanted.add(addressOf(listener));
      const rules = compileRules(listener.rules, (arn) => this.#groups.get(arn));
      this.#listeners.get(addressOf(listener))?.update(listener, rules);
    }
    for (const [address, listener] of this.#listeners) {
      if (!wanted.has(address)) {
        listener.close();
        this.#listeners.delete(address);
      }
    }
    this.#listenerConfigs = config.listeners;
    this.#updateShifts();
    this.#updateChecks();
    this.#reportHealth();
    this.#reportInFlight();
  }

  /** Puts these faults, and no others, on the way to the targets. */
  disturb(faults: NetworkFaults): void {
    this.#network.set(faults);
    this.#updateShifts();
  }

  #updateShifts(): void {
    const balancers = loadBalancersByGroup(this.#listenerConfigs);
    for (const group of this.#groups.values()) {
      group.shiftAway((balancers.get(group.arn) ?? []).flatMap((arn) => this.#network.shiftedZones(arn)));
    }
  }

  async #open(configs: readonly ListenerConfig[]): Promise<Map<string, Listener>> {
    const opened = new Map<string, Listener>();
    for (const config of configs) {
      if (this.#listeners.has(addressOf(config))) {
        continue;
      }
      const listener = new Listener(config, this.#traffic, this.#log);
      try {
        await listener.open(config.host, config.port);
      } catch (error) {
        for (const done of opened.values()) {
          done.close();
        }
        throw error;
      }
      opened.set(addressOf(config), listener);
    }
    return opened;
  }

  #updateGroups(config: BalancerConfig): void {
    const idleTimeouts = idleTimeoutsByGroup(config.listeners);
    const wanted = new Set<string>();
    for (const entry of config.targetGroups) {
      wanted.add(entry.arn);
      this.#group(entry).update(
        entry,
        idleTimeouts.has(entry.arn),
        idleTimeouts.get(entry.arn) ?? DEFAULT_IDLE_TIMEOUT_MS,
        () => this.#reportInFlight(),
      );
    }
    for (const [arn, group] of this.#groups) {
      if (!wanted.has(arn)) {
        group.leave();
        this.#groups.delete(arn);
      }
    }
  }

  #group(config: TargetGroupConfig): TargetGroup {
    const existing = this.#groups.get(config.arn);
    if (existing !== undefined) {
      return existing;
    }
    const group = new TargetGroup(config, this.#network);
    this.#groups.set(config.arn, group);
    return group;
  }

  /** Checks run for the registered targets of groups in use, and for no others. */
  #updateChecks(): void {
    const checked = new Map<Target, TargetGroup>();
    for (const group of this.#groups.values()) {
      for (const target of group.targets.values()) {
        if (group.inUse && target.drainUntil === undefined) {
          checked.set(target, group);
        }
      }
    }
    for (const [target, checker] of this.#checkers) {
      if (!checked.has(target)) {
        checker.stop();
        this.#checkers.delete(target);
      }
    }
    for (const [target, group] of checked) {
      const { healthCheck } = group.config;
      const checker = this.#checkers.get(target);
      if (checker === undefined) {
        this.#checkers.set(target, new HealthChecker(target, healthCheck, () => this.#healthChanged(group)));
      } else {
        checker.update(healthCheck);
      }
    }
  }

  #healthChanged(group: TargetGroup): void {
    group.refresh();
    this.#reportHealth();
  }

  /** Sends what is new since the last report. */
  #reportHealth(): void {
    const reports: TargetHealthReport[] = [];
    const present = new Set<string>();
    for (const group of this.#groups.values()) {
      for (const target of group.targets.values()) {
        const report = healthReport(group, target);
        const key = `${group.arn} ${targetKey(target)}`;
        const text = `${report.state} ${report.reason} ${report.description}`;
        present.add(key);
        if (this.#reported.get(key) !== text) {
          this.#reported.set(key, text);
          reports.push(report);
        }
      }
    }
    for (const key of this.#reported.keys()) {
      if (!present.has(key)) {
        this.#reported.delete(key);
      }
    }
    if (reports.length > 0) {
      this.#send({ type: 'health', reports });
    }
  }

  #reportTraffic(beforeSecond: number): void {
    for (const { second, rows } of this.#traffic.take(beforeSecond)) {
      this.#send({ type: 'traffic', second, rows });
    }
  }

  #reportInFlight(): void {
    const targets: InFlightRows[number][] = [];
    for (const group of this.#groups.values()) {
      for (const target of group.targets.values()) {
        if (target.inFlight > 0) {
          targets.push([group.arn, target.host, target.port, target.inFlight]);
        }
      }
    }
    if (targets.length > 0 || this.#inFlightReported) {
      this.#send({ type: 'in-flight', targets });
    }
    this.#inFlightReported = targets.length > 0;
  }

  /** Stops everything at once and reports the traffic that was not yet reported. */
  stop(): void {
    clearTimeout(this.#tick);
    for (const listener of this.#listeners.values()) {
      listener.close();
    }
    for (const checker of this.#checkers.values()) {
      checker.stop();
    }
    for (const group of this.#groups.values()) {
      for (const target of group.targets.values()) {
        target.destroy();
      }
    }
    this.#reportTraffic(Infinity);
  }
}

/** The load balancers, by ARN, whose rules name a group. */
function loadBalancersByGroup(listeners: readonly ListenerConfig[]): Map<string, string[]> {
  const balancers = new Map<string, string[]>();
  for (const { loadBalancer, rules } of listeners) {
    for (const { action } of rules) {
      for (const { arn } of action.type === 'forward' ? action.groups : []) {
        balancers.set(arn, [...(balancers.get(arn) ?? []), loadBalancer.arn]);
      }
    }
  }
  return balancers;
}

/** The groups that rules name, with the idle timeout of the load balancer that uses them (AWS allows one for each group). */
function idleTimeoutsByGroup(listeners: readonly ListenerConfig[]): Map<string, number> {
  const timeouts = new Map<string, number>();
  for (const listener of listeners) {
    for (const { action } of listener.rules) {
      for (const { arn } of action.type === 'forward' ? action.groups : []) {
        timeouts.set(arn, Math.min(listener.idleTimeoutMs, timeouts.get(arn) ?? Infinity));
      }
    }
  }
  return timeouts;
}

function healthReport(group: TargetGroup, target: Target): TargetHealthReport {
  const identity = { targetGroupArn: group.arn, host: target.host, port: target.port };
  if (target.drainUntil !== undefined) {
    return {
      ...identity,
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      description: 'Target deregistration is in progress',
    };
  }
  if (!group.inUse) {
    return {
      ...identity,
      state: 'unused',
      reason: 'Target.NotInUse',
      description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  const { state, reason, description } = target.health;
  return {
    ...identity,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Makes the health checks of one target: real HTTP requests on new connections, at a fixed interval, the first soon after registration. */
import http from 'node:http';
import { type CheckOutcome, compileMatcher, nextHealth } from './health.ts';
import type { Journey } from './network.ts';
import type { HealthCheckConfig } from './protocol.ts';
import type { Target } from './target.ts';

const CONNECTION_FAILED: CheckOutcome = {
  passed: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};
const TIMED_OUT: CheckOutcome = { passed: false, reason: 'Target.Timeout', description: 'Request timed out' };

/** One check, over the network as it is; never rejects. Reasons and descriptions are AWS's. */
function check(target: Target, config: HealthCheckConfig): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const timer = setTimeout(() => {
      resolve(TIMED_OUT);
      for (const each of undo) {
        each();
      }
    }, config.timeoutMs);
    const settle = (outcome: CheckOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const send = (journey: Journey, arrive: () => void) => undo.push(target.network.send(target, journey, arrive));
    send('handshake', () => {
      const request = ask(target, config, (status) => send('from-target', () => settle(judge(status, config))));
      request.on('error', () => settle(CONNECTION_FAILED));
      undo.push(() => request.destroy());
    });
  });
}

/** Sends the request on a new connection; `onStatus` is not called when it fails. */
function ask({ host, port }: Target, { path }: HealthCheckConfig, onStatus: (status: number) => void) {
  const request = http.get({ host, port, path, agent: false, headers: { 'User-Agent': 'ELB-HealthChecker/2.0' } });
  request.on('response', (response) => {
    response.resume();
    onStatus(response.statusCode ?? 0);
  });
  return request;
}

function judge(status: number, { matcher }: HealthCheckConfig): CheckOutcome {
  return compileMatcher(matcher)(status)
    ? { passed: true }
    : {
        passed: false,
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${status}]`,
      };
}

/**
 * AWS does not say when in its first interval a new target is checked. Half a second lets a process that ECS has just called RUNNING
 * begin to listen, so that a quick start is not punished by a whole interval.
 */
const FIRST_CHECK_MS = 500;

export class HealthChecker {
  readonly #target: Target;
  readonly #onChange: () => void;
  #config: HealthCheckConfig;
  #timer: NodeJS.Timeout;
  readonly #first: NodeJS.Timeout;
  #stopped = false;

  /** Starts checking; `onChange` is called after the target's health became another. */
  constructor(target: Target, config: HealthCheckConfig, onChange: () => void) {
    this.#target = target;
    this.#config = config;
    this.#onChange = onChange;
    this.#timer = this.#schedule();
    this.#first = setTimeout(() => void this.#check(), FIRST_CHECK_MS);
  }

  /** Takes over changed settings; the count of passes and failures goes on. */
  update(config: HealthCheckConfig): void {
    const intervalChanged = config.intervalMs !== this.#config.intervalMs;
    this.#config = config;
    if (intervalChanged) {
      clearInterval(this.#timer);
      this.#timer = this.#schedule();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#first);
    clearInterval(this.#timer);
  }

  /** "The time it takes for the target to respond does not affect the interval for the next health check" (AWS). */
  #schedule(): NodeJS.Timeout {
    return setInterval(() => void this.#check(), this.#config.intervalMs);
  }

  async #check(): Promise<void> {
    const outcome = await check(this.#target, this.#config);
    if (this.#stopped) {
      return;
    }
    const before = this.#target.health;
    const after = nextHealth(before, outcome, this.#config);
    this.#target.health = after;
    if (after.state !== before.state || after.reason !== before.reason || after.description !== before.description) {
      this.#onChange();
    }
  }
}

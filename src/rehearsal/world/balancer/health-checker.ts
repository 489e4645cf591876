/** Makes the health checks of one target: real HTTP requests on new connections, at a fixed interval, the first soon after registration. */
import http from 'node:http';
import { type CheckOutcome, compileMatcher, nextHealth } from './health.ts';
import type { HealthCheckConfig } from './protocol.ts';
import type { Target } from './target.ts';

const CONNECTION_FAILED: CheckOutcome = {
  passed: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};
const TIMED_OUT: CheckOutcome = { passed: false, reason: 'Target.Timeout', description: 'Request timed out' };

/** One check; never rejects. Reasons and descriptions are AWS's. */
function check(host: string, port: number, config: HealthCheckConfig): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const request = http.get({
      host,
      port,
      path: config.path,
      agent: false,
      headers: { 'User-Agent': 'ELB-HealthChecker/2.0' },
    });
    const timer = setTimeout(() => {
      resolve(TIMED_OUT);
      request.destroy();
    }, config.timeoutMs);
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      resolve(
        compileMatcher(config.matcher)(status)
          ? { passed: true }
          : {
              passed: false,
              reason: 'Target.ResponseCodeMismatch',
              description: `Health checks failed with these codes: [${status}]`,
            },
      );
      response.resume();
    });
    request.on('error', () => resolve(CONNECTION_FAILED));
    request.on('close', () => {
      clearTimeout(timer);
      resolve(CONNECTION_FAILED);
    });
  });
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
    const outcome = await check(this.#target.host, this.#target.port, this.#config);
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

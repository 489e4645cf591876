/**
 * When a run is ended for what it costs: the downtime so far against an absolute number of seconds. Alerts on the rate at which an error
 * budget burns look at an hour and five minutes (Google SRE Workbook, "Alerting on SLOs"), longer than most experiments last. Pure.
 */
import type { LoadProgress } from '../../../../measure/types.ts';

/** Of `LoadProgress`: sums since the start of the load. */
export type Counted = Pick<LoadProgress, 'second' | 'planned' | 'ok'>;

/**
 * Downtime in seconds of full outage, of a load at one rate: the requests that are not answered well, over the rate. One second of everything
 * lost is as much as ten of which a tenth is lost. Requests under way count until they are answered, so that a service that hangs is noticed
 * at once; once answered they count no more.
 */
export class DowntimeBudget {
  readonly #limitSeconds: number;
  #first: Counted | undefined;
  #downtime = 0;

  /** @param limitSeconds more than 0 */
  constructor(limitSeconds: number) {
    this.#limitSeconds = limitSeconds;
  }

  get downtimeSeconds(): number {
    return Math.max(0, this.#downtime);
  }

  /** Takes the counts as of a moment; the first ones are where counting begins. True when the budget is spent. */
  take(now: Counted): boolean {
    this.#first ??= now;
    const planned = now.planned - this.#first.planned;
    if (planned > 0) {
      const lost = planned - (now.ok - this.#first.ok);
      this.#downtime = (lost / planned) * (now.second - this.#first.second);
    }
    return this.#downtime >= this.#limitSeconds;
  }
}

/** The budget where none is given: twice the recovery time objective, or a minute. */
export function defaultBudgetSeconds(rtoSeconds: number | undefined): number {
  return rtoSeconds === undefined || rtoSeconds === 0 ? 60 : 2 * rtoSeconds;
}

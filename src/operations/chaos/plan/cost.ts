/** What FIS charges for one run, before it is run. Pure. */
import type { Template } from '../experiment/template.ts';
import { actionSpans, type Certainty } from './timing.ts';

/**
 * AWS's prices (https://aws.amazon.com/fis/pricing/): "$0.10 per action-minute for all regions except AWS GovCloud", there $0.12; "calculated
 * from the time an action starts until it stops, rounded to the nearest minute", whatever the action and however many resources. For each
 * further account that is reached into, the same again.
 */
export const PRICES = { asOf: '2026-11-21', cents: 10, govCloudCents: 12 } as const;

export interface ActionCost {
  readonly name: string;
  readonly minutes: number;
  readonly certainty: Certainty;
}

export interface Cost {
  readonly actions: readonly ActionCost[];
  /** Action-minutes in one account. */
  readonly minutes: number;
  readonly accounts: number;
  readonly centsPerMinute: number;
  readonly dollars: number;
  /** Some lengths are assumed or a maximum. */
  readonly estimated: boolean;
  /** FIS's own report is charged besides; its price is not in this sum. */
  readonly report: boolean;
}

/**
 * The cost of one run in US dollars. An action is counted as a minute at least: AWS rounds to the nearest, and one that is over sooner can
 * only cost less.
 */
export function costOf(template: Template, region: string, accounts = 1): Cost {
  const actions = actionSpans(template).map(({ name, from, to, certainty }) => ({
    name,
    minutes: Math.max(1, Math.round((to - from) / 60)),
    certainty,
  }));
  const minutes = actions.reduce((sum, one) => sum + one.minutes, 0);
  const centsPerMinute = region.startsWith('us-gov-') ? PRICES.govCloudCents : PRICES.cents;
  return {
    actions,
    minutes,
    accounts,
    centsPerMinute,
    dollars: (minutes * centsPerMinute * accounts) / 100,
    estimated: actions.some(({ certainty }) => certainty !== 'exact'),
    report: template.experimentReportConfiguration !== undefined,
  };
}

/** `$1.30`. */
export function dollarsText(dollars: number): string {
  return `$${dollars.toFixed(2)}`;
}

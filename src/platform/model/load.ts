/** What users ask of a service. */

export interface LoadSettings {
  readonly path: string;
  readonly timeoutSeconds: number;
  readonly demand: Demand | undefined;
}

/** How much the users ask for. */
export interface Demand {
  readonly dailyUsers: number;
  readonly requestsPerUser: number;
  readonly peak:
    | { readonly kind: 'peak-to-mean'; readonly ratio: number }
    /** Users of one region, who come within so many hours of a day. */
    | { readonly kind: 'busy-hours'; readonly hours: number };
}

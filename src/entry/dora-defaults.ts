/** What `dora` takes where nobody says otherwise; apart from what it does, so that reading options loads nothing else. */
export const DORA_DEFAULTS = {
  /** The clone that is here. */
  repository: '.',
  days: 90,
  /** Hours. */
  failureHorizon: 24,
  /** Of the 1,000 points an hour that a workflow's token has (docs.github.com: rate limits for the GraphQL API). */
  mostRequests: 800,
} as const;

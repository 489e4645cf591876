/** What is asked of Prometheus. */

/** Values of one series by time, in seconds since 1970; steps without a sample are absent. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [second: number, value: number])[];
}

export interface PrometheusSpan {
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

export interface Prometheus {
  /** All series of a query, at every step of the span and at its end. @throws Unreadable for less than a whole answer */
  range(query: string, span: PrometheusSpan): Promise<Series[]>;
}

/** What could not be read in full, so that nothing may be made of it. */
export class Unreadable extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Unreadable';
    this.code = code;
  }
}

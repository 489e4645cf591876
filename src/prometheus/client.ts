/** Prometheus's HTTP API, read strictly: an answer is whole, or there is none. Source: Prometheus, "HTTP API", range queries. */
import { EnvHttpProxyAgent, fetch } from 'undici';
import * as z from 'zod';
import { type Prometheus, type PrometheusSpan, type Series, Unreadable } from '../operations/slo/prometheus/port.ts';
import { clip, oneLine } from '../report/text.ts';

export interface PrometheusOptions {
  /** Where it is, with the path that it has behind a proxy. */
  readonly url: URL;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;

const seriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.tuple([z.number(), z.string()])),
});
const answerSchema = z.union([
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.literal('matrix'), result: z.array(seriesSchema) }),
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** A client; `close` ends its connections. */
export function createPrometheus(options: PrometheusOptions): Prometheus & { close(): Promise<void> } {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  return {
    range: (query, span) => ask(query, span, options, dispatcher),
    close: () => dispatcher.destroy(),
  };
}

async function ask(
  query: string,
  { start, end, stepSeconds }: PrometheusSpan,
  { url, token, signal }: PrometheusOptions,
  dispatcher: EnvHttpProxyAgent,
): Promise<Series[]> {
  const where = new URL('api/v1/query_range', url.href.endsWith('/') ? url.href : `${url.href}/`);
  let status: number;
  let body: string;
  try {
    const response = await fetch(where, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'surefoot',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: new URLSearchParams({
        query,
        start: String(start),
        end: String(end),
        step: String(stepSeconds),
      }).toString(),
      // The token goes nowhere but where it was meant to.
      redirect: 'error',
      dispatcher,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    status = response.status;
    body = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const said = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new Unreadable('prometheus-unreachable', `Prometheus at ${url.origin} does not answer: ${said}`);
  }
  return seriesOf(query, status, body);
}

function seriesOf(query: string, status: number, body: string): Series[] {
  const answer = answerSchema.safeParse(jsonOf(body)).data;
  if (answer === undefined) {
    const said = clip(oneLine(body), 200);
    throw new Unreadable(
      'prometheus-refused',
      `Prometheus answered with status ${status} and no range of values: ${said}`,
    );
  }
  if (answer.status === 'error') {
    const said = clip(oneLine(answer.error), 300);
    throw new Unreadable('prometheus-refused', `Prometheus refused ${query}: ${answer.errorType}: ${said}`);
  }
  const [warning] = answer.warnings ?? [];
  if (warning !== undefined) {
    // Thanos and its like answer with what they have, and say so here.
    throw new Unreadable('partial-answer', `Prometheus answered only in part: ${clip(oneLine(warning), 200)}`);
  }
  return answer.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([at, text]): [number, number] => [Math.round(at), numberOf(text, query)]),
  }));
}

/** Values are text, since JSON has no NaN and no infinity. */
function numberOf(text: string, query: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new Unreadable(
      'not-a-count',
      `${query} gives ${clip(text, 20)}, which counts nothing: it must be of counters`,
    );
  }
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

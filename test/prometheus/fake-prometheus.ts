/** A server that speaks Prometheus's range queries over counters of its own: a value for every step at which the series was there. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Counter {
  readonly labels: Readonly<Record<string, string>>;
  /** Value at a second; undefined: no sample. */
  readonly at: (second: number) => number | string | undefined;
}

export interface Asked {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly authorization: string | undefined;
  readonly path: string | undefined;
}

export interface FakePrometheus {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** By query; one that is not there has no series. `answer` may answer instead. */
export async function startFakePrometheus(
  queries: Readonly<Record<string, readonly Counter[]>>,
  answer: (asked: Asked, response: ServerResponse) => boolean = () => false,
): Promise<FakePrometheus> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const number = (name: string) => Number(form.get(name));
      const { authorization } = request.headers;
      const one = {
        start: number('start'),
        end: number('end'),
        step: number('step'),
        authorization,
        path: request.url,
      };
      asked.push({ ...one, query: form.get('query') ?? '' });
      const latest = asked.at(-1);
      if (latest === undefined || answer(latest, response)) {
        return;
      }
      if ((latest.end - latest.start) / latest.step > 11_000) {
        const error = 'exceeded maximum resolution of 11,000 points per timeseries';
        response.writeHead(400).end(JSON.stringify({ status: 'error', errorType: 'bad_data', error }));
        return;
      }
      const result = (queries[latest.query] ?? []).map(({ labels, at }) => ({
        metric: labels,
        values: valuesOf(at, latest),
      }));
      const data = { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function valuesOf(at: Counter['at'], { start, end, step }: Asked): [number, string][] {
  const values: [number, string][] = [];
  for (let second = start; second <= end; second += step) {
    const value = at(second);
    if (value !== undefined) {
      values.push([second, String(value)]);
    }
  }
  return values;
}

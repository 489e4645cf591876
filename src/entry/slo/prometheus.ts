/** Where Prometheus is, and what opens it. */
import { isLoopback } from '../../aws/where-to.ts';
import { InputError } from '../../errors.ts';
import type { Prometheus } from '../../operations/slo/prometheus/port.ts';

export interface PrometheusAccess {
  readonly url: URL;
  readonly token: string | undefined;
}

/** From the option, else from the environment; undefined where neither says so. @throws InputError for what is no URL, or a token on an open line */
export function prometheusAccess(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): PrometheusAccess | undefined {
  const given = option ?? environment['PROMETHEUS_URL'];
  const token = environment['PROMETHEUS_TOKEN'] || undefined;
  if (!given) {
    return undefined;
  }
  const from = option === undefined ? 'PROMETHEUS_URL' : '--prometheus';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new InputError(
      'bad-prometheus-url',
      `${from} is no address of Prometheus: write it like https://prometheus.example.org or http://127.0.0.1:9090, and a token into PROMETHEUS_TOKEN`,
    );
  }
  if (token !== undefined && url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    throw new InputError(
      'bad-prometheus-url',
      `${from} is ${url.origin}, and PROMETHEUS_TOKEN would be sent there for everybody to read: write an https address, or unset the token`,
    );
  }
  return { url, token };
}

/** A client for as long as `work` takes. */
export async function withPrometheus<T>(
  access: PrometheusAccess | undefined,
  signal: AbortSignal,
  work: (prometheus: Prometheus | undefined) => Promise<T>,
): Promise<T> {
  if (access === undefined) {
    return work(undefined);
  }
  const { createPrometheus } = await import('../../prometheus/client.ts');
  const prometheus = createPrometheus({ ...access, signal });
  try {
    return await work(prometheus);
  } finally {
    await prometheus.close();
  }
}

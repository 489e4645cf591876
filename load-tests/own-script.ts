/**
 * Runs a script of the user's own: an arrival is one call of its default function. Its requests and checks are read from k6's stream,
 * where they carry the virtual user and iteration that made them. `src/measure/` writes the entry that imports both.
 */
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import type { Options } from 'k6/options';
import { begin, finish } from './arrivals.ts';
import { load, optionsFor } from './parameters.ts';

/** What of the script's own options gives way: told once, so that nobody believes in a threshold that nothing has looked at. */
const gaveWay = new Gauge('sf_gave_way');

const OWN_LOAD = ['scenarios', 'stages', 'vus', 'duration', 'iterations'] as const;

function tellWhatGaveWay(own: Options | undefined): void {
  const options: Readonly<Record<string, unknown>> = { ...own };
  const load = OWN_LOAD.filter((name) => options[name] !== undefined);
  const thresholds = Object.keys(own?.thresholds ?? {}).map((name) => `threshold on ${name}`);
  for (const what of [...load, ...thresholds]) {
    gaveWay.add(1, { what });
  }
}

/** The script's own options with surefoot's arrivals in place of its own, and with the tags that its requests are told apart by. */
export function optionsOf(own: Options | undefined): Options {
  const { stages: _s, vus: _v, duration: _d, iterations: _i, thresholds: _t, ...rest } = own ?? {};
  return { ...rest, ...optionsFor(['status', 'error_code', 'url', 'vu', 'iter']) };
}

/** The script's default function, counted as an arrival. An exception is told of and goes on to k6, which logs it. */
export function counted(
  own: (data: unknown) => unknown,
  options: Options | undefined,
): (data: unknown) => Promise<void> {
  if (typeof own !== 'function') {
    throw new Error('the script has no default function: `export default function () { … }` is what an arrival calls');
  }
  return async (data) => {
    const iteration = begin();
    if (iteration === undefined) {
      return;
    }
    if (iteration === 0) {
      tellWhatGaveWay(options);
    }
    let tags: Record<string, string> = {};
    try {
      await own(data);
    } catch (error) {
      tags = { failure: 'exception' };
      throw error;
    } finally {
      finish(iteration, tags);
    }
  };
}

type Send = (...args: unknown[]) => unknown;

/** Before anything is sent, `http.get` and its like look at where it would go. (What goes another way is seen in the stream, and ends the load.) */
export function guardRequests(): void {
  const api = http as unknown as Record<string, Send>;
  for (const [name, urlAt] of Object.entries({
    request: 1,
    asyncRequest: 1,
    get: 0,
    post: 0,
    put: 0,
    patch: 0,
    del: 0,
    head: 0,
    options: 0,
  })) {
    const send = api[name];
    if (send !== undefined) {
      api[name] = (...args) => {
        requireAllowed(args[urlAt]);
        return send(...args);
      };
    }
  }
  const { batch } = api;
  if (batch !== undefined) {
    api['batch'] = (...args) => {
      for (const url of urlsOfBatch(args[0])) {
        requireAllowed(url);
      }
      return batch(...args);
    };
  }
}

/** The addresses in what `http.batch` takes: texts, lists of method and address, or objects, in a list or by name. */
function urlsOfBatch(requests: unknown): unknown[] {
  const entries = typeof requests === 'object' && requests !== null ? Object.values(requests) : [];
  return entries.map((entry: unknown) => {
    if (Array.isArray(entry)) {
      return entry[1];
    }
    return typeof entry === 'object' && entry !== null && 'url' in entry ? entry.url : entry;
  });
}

function requireAllowed(url: unknown): void {
  // `http.url` tags give an object with the text in `url`.
  const text = typeof url === 'object' && url !== null && 'url' in url ? String(url.url) : String(url);
  const origin = /^[a-z]+:\/\/[^/?#]+/i
    .exec(text)?.[0]
    .replace(/\/\/[^@/]*@/, '//')
    .toLowerCase();
  if (origin !== undefined && !load.allowedOrigins.includes(origin)) {
    throw new Error(`${origin} is not among the addresses that surefoot.yml allows`);
  }
}

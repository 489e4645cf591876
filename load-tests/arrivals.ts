/**
 * The three metrics that surefoot counts arrivals by, read from k6's JSON stream by `src/measure/`. They carry the number of the
 * iteration as their *value*: as a tag it would make a time series of every request (measured at 1,000 requests/s: 86 MB after 15,000
 * requests against 61 MB, and growing), as metadata it would repeat on all eleven built-in samples of every request (a fifth more bytes
 * and CPU). Latency is the distance between the stamps of start and end, k6's own clock in nanoseconds: JavaScript's clock here has
 * whole milliseconds, and http_req_duration leaves out DNS, connecting and TLS, so that a dial that times out takes 0 ms in it.
 */
import exec from 'k6/execution';
import { Gauge } from 'k6/metrics';
import { load } from './parameters.ts';

/** When the scenario began, in ms since 1970. Sent once. */
const origin = new Gauge('sf_origin');
const start = new Gauge('sf_start');
const end = new Gauge('sf_end');

/** Of this virtual user, kept: k6 makes it anew, with a getter for each property, whenever `exec.scenario` is read. Known from its first call on. */
let scenario: typeof exec.scenario | undefined;

/** Marks the start of an arrival and gives its number; undefined for one beyond the plan, which is not to be made. */
export function begin(): number | undefined {
  scenario ??= exec.scenario;
  const iteration = scenario.iterationInTest;
  if (iteration >= load.arrivals) {
    return undefined;
  }
  if (scenario.iterationInInstance === 0) {
    origin.add(scenario.startTime, load.plan === undefined ? {} : { plan: load.plan });
  }
  start.add(iteration);
  return iteration;
}

/** Marks the end of an arrival, with what became of it. */
export function finish(iteration: number, tags: Readonly<Record<string, string>>): void {
  end.add(iteration, tags);
}

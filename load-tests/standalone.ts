/**
 * `http.ts` for where surefoot is not: in a cluster or a cloud, with nobody to read what it counts. `scripts/build.mjs` makes one file of
 * it, and `surefoot load --export` puts the plan above that. The objectives are thresholds here, which is less than surefoot's own
 * judgement: k6 knows no bounds, and each of several processes judges its own part.
 */
import { Counter, Rate } from 'k6/metrics';
import type { Options } from 'k6/options';
import { begin } from './arrivals.ts';
import { inlined, optionsFor } from './parameters.ts';
import { send } from './request.ts';

if (inlined === undefined) {
  throw new Error('there is no plan above this script: `surefoot load --export` writes it whole');
}
const { objectives, variables, thresholds, systemTags, cloud } = inlined;

/** Beside the objectives' own: k6 passes a threshold whose metric has no sample, so that this one has a first in `setup`. */
const ended = new Counter('requests_ended');
const answeredWell = new Rate('answered_well');
const rates = objectives.map(({ metric, withinMs }) => ({ rate: new Rate(metric), withinMs }));

export const options: Options = {
  ...optionsFor(systemTags),
  discardResponseBodies: true,
  thresholds,
  ...(cloud === null ? {} : { cloud }),
};

export function setup(): void {
  const missing = variables.filter((name) => (__ENV[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Error(`no request was sent: the headers need ${missing.join(', ')} in the environment`);
  }
  ended.add(0);
}

export default function (): void {
  const iteration = begin();
  if (iteration === undefined) {
    return;
  }
  const from = Date.now();
  const { status, error_code: code = 0 } = send(iteration);
  const took = Date.now() - from;
  const answered = status > 0 && (code === 0 || (code >= 1400 && code < 1600));
  const well = answered && status >= 200 && status < 400;
  ended.add(1);
  answeredWell.add(well);
  for (const { rate, withinMs } of rates) {
    if (withinMs === null) {
      rate.add(well);
    } else if (well || !answered) {
      // One that was answered with an error is availability's matter.
      rate.add(well && took <= withinMs);
    }
  }
}

/** One HTTP request an arrival, in the open model: a slow service does not slow the arrivals down. */
import type { Options } from 'k6/options';
import { begin } from './arrivals.ts';
import { optionsFor } from './parameters.ts';
import { send } from './request.ts';

export const options: Options = { ...optionsFor([]), discardResponseBodies: true };

export default function (): void {
  const iteration = begin();
  if (iteration !== undefined) {
    send(iteration);
  }
}

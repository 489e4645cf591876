/** What k6 wrote of single requests: the raw samples that a sum is held against. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type StreamEvent, StreamReader } from '../../../measure/counting/stream.ts';

/** Of one k6. */
export interface Samples {
  /** Numbers of the requests in the whole load, in the order in which they began. */
  readonly numbers: readonly number[];
  /** How long each took that has ended. */
  readonly seconds: readonly number[];
}

/** Reads every file of JSON lines in a folder, each as the samples of one k6. */
export async function readSamples(folder: string): Promise<Samples[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => samplesIn(await readFile(path.join(folder, name)))));
}

function samplesIn(lines: Buffer): Samples {
  const starts = new Map<number, number>();
  const numbers: number[] = [];
  const seconds: number[] = [];
  const take = (event: StreamEvent) => {
    if (event.kind === 'start') {
      numbers.push(event.id);
      starts.set(event.id, event.at);
    } else if (event.kind === 'end') {
      seconds.push(event.at - (starts.get(event.id) ?? Number.NaN));
    }
  };
  const reader = new StreamReader(take);
  reader.push(lines);
  reader.finish();
  return { numbers, seconds };
}

/** Seeded streams of blocks for the benchmark of the judge: how the two arms' errors come about is all that differs. */
import type { Block } from '../../src/statistics/judge.ts';

/** xoshiro128** of Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c); uniform in [0, 1). */
export function createRandom(seed: number): () => number {
  const s = new Uint32Array([seed, 0x9e3779b9, 0x243f6a88, 0xb7e15162]);
  const at = (index: number) => s[index] ?? 0;
  const next = () => {
    const product = Math.imul(at(1), 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = at(1) << 9;
    s[2] = at(2) ^ at(0);
    s[3] = at(3) ^ at(1);
    s[1] = at(1) ^ at(2);
    s[0] = at(0) ^ at(3);
    s[2] = at(2) ^ shifted;
    s[3] = (at(3) << 11) | (at(3) >>> 21);
    return result / 2 ** 32;
  };
  for (let warm = 0; warm < 20; warm += 1) {
    next();
  }
  return next;
}

/** How many of `n` come up with probability `p`: the gaps between them are geometric, so that the time is that of the hits. */
export function drawBinomial(random: () => number, n: number, p: number): number {
  if (p <= 0) {
    return 0;
  }
  if (p >= 1) {
    return n;
  }
  const scale = 1 / Math.log1p(-p);
  let hits = 0;
  for (
    let at = Math.floor(Math.log(1 - random()) * scale);
    at < n;
    at += 1 + Math.floor(Math.log(1 - random()) * scale)
  ) {
    hits += 1;
  }
  return hits;
}

/** What moves the error rates besides chance. */
export type Weather =
  | 'steady'
  /** The baseline's rate swings between a half and one and a half times its mean, over 60 blocks, in both arms. */
  | 'drift'
  /** One block in twenty has five times the errors, in both arms at once, as an upstream's outage would. */
  | 'common bursts'
  /** The same, but each arm has its own: this breaks the model of independent requests. */
  | 'own bursts'
  /** One block in a hundred with twenty times the errors, each arm its own. */
  | 'own outages';

export interface Stream {
  readonly baseline: number;
  readonly candidate: number;
  /** The candidate's share of the requests. */
  readonly weight: number;
  readonly requestsPerBlock: number;
  readonly weather: Weather;
}

/** An endless stream of blocks. */
export function* blocks(stream: Stream, random: () => number): Generator<Block, never> {
  const candidateRequests = Math.max(1, Math.round(stream.requestsPerBlock * stream.weight));
  const baselineRequests = stream.requestsPerBlock - candidateRequests;
  for (let index = 0; ; index += 1) {
    const [b, c] = factors(stream.weather, index, random);
    yield {
      baseline: {
        requests: baselineRequests,
        errors: drawBinomial(random, baselineRequests, Math.min(1, stream.baseline * b)),
      },
      candidate: {
        requests: candidateRequests,
        errors: drawBinomial(random, candidateRequests, Math.min(1, stream.candidate * c)),
      },
    };
  }
}

function factors(weather: Weather, index: number, random: () => number): readonly [number, number] {
  switch (weather) {
    case 'steady':
      return [1, 1];
    case 'drift': {
      const factor = 1 + 0.5 * Math.sin((2 * Math.PI * index) / 60);
      return [factor, factor];
    }
    case 'common bursts': {
      const factor = random() < 0.05 ? 5 : 1;
      return [factor, factor];
    }
    case 'own bursts':
      return [random() < 0.05 ? 5 : 1, random() < 0.05 ? 5 : 1];
    case 'own outages':
      return [random() < 0.01 ? 20 : 1, random() < 0.01 ? 20 : 1];
  }
}

/**
 * How few requests any test could do with. A test that is to keep its promised errors cannot on average decide sooner than these
 * (Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945) 117-186, for two simple hypotheses;
 * for a composite null, its member nearest to the truth).
 */
import { type Boundary, limitFor, projectOntoBoundary, type Rates } from './boundary.ts';

/** Kullback-Leibler divergence of two coins, in nats; rates of 0 and 1 are allowed on the left. */
export function divergence(p: number, q: number): number {
  const bad = p > 0 ? p * Math.log(p / q) : 0;
  const good = p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0;
  return bad + good;
}

/**
 * Information of one request against the boundary, in nats: the divergence of the truth from the nearest point of the boundary, with the
 * candidate getting `share` of the requests. 0 for a truth on the boundary itself.
 */
export function informationPerRequest(truth: Rates, share: number, boundary: Boundary): number {
  if (truth.candidate === limitFor(truth.baseline, boundary)) {
    return 0;
  }
  const nearest = projectOntoBoundary(truth, 1 - share, share, boundary);
  return (
    (1 - share) * divergence(truth.baseline, nearest.baseline) + share * divergence(truth.candidate, nearest.candidate)
  );
}

/**
 * The mean number of requests, over both arms, below which no test comes that decides wrongly with a probability of at most `alpha`, and
 * misses with `miss` (0 for one that always decides in the end): divergence(1 - miss, alpha) / information.
 */
export function fewestRequests(information: number, alpha: number, miss = 0): number {
  return divergence(1 - miss, alpha) / information;
}

/**
 * Does each arm get the share of the requests that the weights promise? If not, something sorts the requests (sticky sessions, a failed
 * health check, a broken listener), and the arms cannot be compared.
 *
 * Source: Lindon and Malek, "Anytime-valid inference for multinomial count data" (NeurIPS 2022): the Dirichlet mixture e-process.
 */
import { incompleteBeta } from './binomial.ts';
import { logBeta } from './special.ts';

/** How sharply the mixture is set around the promised share: the default of the authors' package. */
const CONCENTRATION = 100;

/**
 * The natural logarithm of the two-sided evidence that the candidate's share is not `share`, after so many requests of each arm; 0 before
 * any. It is an e-process: it may be looked at after every request.
 * @param share the candidate's promised share, between 0 and 1
 */
export function logSampleRatio(baseline: number, candidate: number, share: number): number {
  const a = CONCENTRATION * share;
  const b = CONCENTRATION * (1 - share);
  return (
    logBeta(a + candidate, b + baseline) - logBeta(a, b) - candidate * Math.log(share) - baseline * Math.log(1 - share)
  );
}

/**
 * The same against "the share is at most `share`" only: the mixture is cut to the shares above it. For counts of errors at known exposure
 * it is the paper's one-sided test of a rate.
 */
export function logShareAbove(baseline: number, candidate: number, share: number): number {
  const a = CONCENTRATION * share;
  const b = CONCENTRATION * (1 - share);
  const above = (x: number, y: number) => Math.log(incompleteBeta(1 - share, y, x));
  return logSampleRatio(baseline, candidate, share) + above(a + candidate, b + baseline) - above(a, b);
}

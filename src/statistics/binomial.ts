/**
 * Exact bounds for a probability of which `k` of `n` independent trials are known, by Clopper and Pearson ("The use of confidence or
 * fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934) 404-413). They never claim more than the counts hold.
 */

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

const TINY = 1e-300;

/**
 * The two-sided exact interval: each side is wrong with a probability of at most (1 - confidence) / 2.
 * @param k successes (or errors), a whole number from 0 to n
 * @param n trials, a whole number from 1 up
 * @param confidence between 0 and 1, e.g. 0.95
 * @throws RangeError for counts that cannot be
 */
export function clopperPearson(k: number, n: number, confidence: number): Interval {
  const side = (1 + confidence) / 2;
  return { lower: binomialLower(k, n, side), upper: binomialUpper(k, n, side) };
}

/** The one-sided exact lower bound: the probability that all smaller ones are refuted at `confidence`. 0 when k is 0. */
export function binomialLower(k: number, n: number, confidence: number): number {
  check(k, n, confidence);
  return k === 0 ? 0 : betaQuantile(1 - confidence, k, n - k + 1);
}

/** The one-sided exact upper bound. 1 when k is n; for k = 0 it is 1 - (1 - confidence)^(1/n), near 3/n at 95 %. */
export function binomialUpper(k: number, n: number, confidence: number): number {
  check(k, n, confidence);
  // By the mirror image, so that a small upper tail is not lost as 1 minus almost 1.
  return k === n ? 1 : 1 - betaQuantile(1 - confidence, n - k, k + 1);
}

/**
 * The regularised incomplete beta function I_x(a, b), by the continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17#v),
 * evaluated by Lentz's method. `x` in [0, 1], `a` and `b` above 0; good to about 11 digits for a + b up to ten million.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) {
    return 0;
  }
  if (x >= 1) {
    return 1;
  }
  // The fraction converges fast only below the mean; above it the symmetry I_x(a,b) = 1 - I_{1-x}(b,a) is used (DLMF 8.17.4).
  return x <= (a + 1) / (a + b + 2) ? tail(x, a, b) : 1 - tail(1 - x, b, a);
}

function check(k: number, n: number, confidence: number): void {
  if (!Number.isSafeInteger(k) || !Number.isSafeInteger(n) || n < 1 || k < 0 || k > n) {
    throw new RangeError(`there is no binomial bound for ${k} of ${n}: need whole numbers with 0 <= k <= n and n >= 1`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1, not at ${confidence}`);
  }
}

/** The x with I_x(a, b) = p. Bisection on [0, 1]: I is monotone in x, and 200 halvings reach the last bit of any positive double above 1e-60. */
function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) {
      break;
    }
    if (incompleteBeta(middle, a, b) < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

function tail(x: number, a: number, b: number): number {
  return binomialTerm(x, a, b) * (b / (a + b)) * fraction(x, a, b);
}

/**
 * Γ(a+b+1) / (Γ(a+1) Γ(b+1)) x^a (1-x)^b by Loader's saddle-point expansion ("Fast and Accurate Computation of Binomial
 * Probabilities", 2000): the large logarithms cancel by formula, where their difference would lose seven digits at a million trials.
 */
function binomialTerm(x: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.sqrt(n / (2 * Math.PI * a * b)) * Math.exp(exponent);
}

/** k ln(k / m) + m - k, accurate also where k is close to m. */
function deviance(k: number, m: number): number {
  const v = (k - m) / (k + m);
  if (Math.abs(v) >= 0.1) {
    return k * Math.log(k / m) + m - k;
  }
  let sum = (k - m) * v;
  let power = 2 * k * v;
  for (let j = 1; j < 1000; j += 1) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) {
      break;
    }
    sum = next;
  }
  return sum;
}

/** ln Γ(x+1) less Stirling's formula for it: the series of DLMF 5.11.1 from 16 on, below that brought up by the recurrence of Γ. */
function stirlingError(x: number): number {
  let result = 0;
  let y = x;
  while (y < 16) {
    result += (y + 0.5) * Math.log1p(1 / y) - 1;
    y += 1;
  }
  const square = y * y;
  return result + (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / y;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) {
      break;
    }
  }
  return value;
}

/** Lentz's guard: a zero in the recurrence becomes tiny instead. */
function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Logarithms of the gamma and beta functions. */

/** Coefficients of Stirling's series (DLMF 5.11.1); with arguments of 16 and more the first left out is below 1e-17. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360];

/** ln Γ(x) for x > 0, to about 15 digits: brought up by Γ(x + 1) = x Γ(x), then Stirling's series. */
export function logGamma(x: number): number {
  let y = x;
  let product = 1;
  while (y < 16) {
    product *= y;
    y += 1;
  }
  let series = 0;
  let power = 1 / y;
  for (const coefficient of STIRLING) {
    series += coefficient * power;
    power /= y * y;
  }
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Property tests look elsewhere at every run on a laptop, to find what nobody thought of; CI repeats the same cases, so that it judges the change and not its luck. */
import fc from 'fast-check';

if (process.env['CI']) {
  fc.configureGlobal({ seed: 20_261_121 });
}

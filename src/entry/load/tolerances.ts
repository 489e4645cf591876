/** `--tolerance errors=0.1% latency=10%`: what of a change for the worse is put up with. */
import { InputError } from '../../errors.ts';
import { TOLERANCES, type ToleranceName, type Tolerances } from '../../operations/load/compare/indicators.ts';
import { shareOf } from '../../operations/load/proof.ts';
import type { Objective } from '../../platform/model/objectives.ts';

const LATENCY = 0.1;
const THROUGHPUT = 0.05;
/** Of requests that fail, where no objective says how many may. */
const ERRORS = 0.01;

/**
 * What was written over what is usual: 10 % of latency, 5 % of throughput, and of errors the smallest budget of the service's SLOs.
 * @throws InputError `bad-tolerance`
 */
export function tolerancesOf(written: readonly string[], objectives: readonly Objective[]): Tolerances {
  const budgets = objectives
    .filter(({ indicator }) => indicator === 'availability')
    .map(({ budget }) => shareOf(budget));
  const usual = {
    errors: budgets.length === 0 ? ERRORS : Math.min(...budgets),
    latency: LATENCY,
    throughput: THROUGHPUT,
  };
  return { ...usual, ...Object.fromEntries(written.map(readTolerance)) };
}

function readTolerance(text: string): [ToleranceName, number] {
  const [, name = '', number = ''] = /^([a-z]+)=(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const known = TOLERANCES.find((one) => one === name);
  if (known === undefined) {
    throw new InputError(
      'bad-tolerance',
      `--tolerance ${JSON.stringify(text)} is not understood: write errors=0.1% (percentage points), latency=10% or throughput=5%`,
    );
  }
  return [known, Number(number) / 100];
}

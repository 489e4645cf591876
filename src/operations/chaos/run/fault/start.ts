/** The start of the fault: its template, a look at others that begin at the same time, and the downtime budget armed before it. */
import type { Experiment } from '../../../../aws/fis/fis.ts';
import type { Reason } from '../../../../report/evidence.ts';
import type { Ports } from '../../../ports.ts';
import { ALREADY_RUNNING } from '../preconditions.ts';
import type { ChaosRunRequest } from '../request.ts';
import type { WatchedLoad } from '../watch-load.ts';
import type { Injection } from './inject.ts';
import { actionsOf } from './injection.ts';
import { refusalOrThrow } from './refusal-by-aws.ts';
import { rivalAfter, rivalBefore } from './rivals.ts';

/** Code of a stop, and of a reason: the load was not what was asked for. */
export const LOAD_BELOW_RATE = 'load-below-rate';

/** Starts it under the load. @returns why it was not, by AWS or for another run: nothing is injected then. @throws OutsideError of AWS that is no refusal */
export async function startFault(
  { experiment, downtimeBudgetSeconds: budget }: ChaosRunRequest,
  injection: Injection,
  watched: WatchedLoad,
  ports: Ports,
): Promise<{ readonly id: string } | Reason> {
  try {
    const claim = await injection.prepare(experiment.template);
    const rival = await rivalBefore(claim, ports.aws.fis);
    if (rival !== undefined) {
      return rival;
    }
    watched.arm(budget, {
      onSpent: (seconds) => {
        const message = `the downtime came to ${seconds.toFixed(1)} s of full outage, and the budget is ${budget} s`;
        injection.stop('downtime-budget', message);
      },
      onShort: (why) => injection.stop(LOAD_BELOW_RATE, `the load was not what was asked for: ${why}`),
    });
    const started = await injection.start();
    const stop = (message: string) => () => injection.stop('load-ended', message);
    watched.main.done.then(stop('the load has ended before the experiment'), stop('the load has failed'));
    await yieldToRival(injection, started, ports);
    return { id: started.id };
  } catch (error) {
    return refusalOrThrow(error);
  }
}

/** Of two experiments that were started at the same time the later one ends. Where it cannot be looked at, what was seen before holds. */
async function yieldToRival(
  injection: Injection,
  started: Experiment,
  { aws, reporter, signal }: Ports,
): Promise<void> {
  try {
    const rival = await rivalAfter(started, aws.fis);
    if (rival !== undefined) {
      injection.stop(ALREADY_RUNNING, rival);
    }
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    reporter.warn(`whether another experiment was started at the same time was not seen: ${why}`);
  }
}

/** Tells of every change of an action once. */
export function tellActions({ reporter }: Pick<Ports, 'reporter'>): (experiment: Experiment) => void {
  const known = new Map<string, string>();
  return (experiment) => {
    for (const { name, actionId, status } of actionsOf(experiment)) {
      if (known.get(name) !== status) {
        known.set(name, status);
        reporter.info(`${name} (${actionId}): ${status}`);
      }
    }
  };
}

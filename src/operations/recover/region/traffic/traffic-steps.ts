/** Users are sent over, at once or in shares; and replicas become databases of their own, before or after it. */
import type { Recorder } from '../../../recorder.ts';
import type { Run } from '../../journal.ts';
import { type Step, StepFailed } from '../../request.ts';
import { untilCaughtUp, untilUnused } from '../database/drained.ts';
import { notPromoted, promoteAll } from '../database/replicas.ts';
import type { Survey } from '../readiness/survey.ts';
import { placeOf, type RegionInputs, type RegionPorts } from '../request.ts';
import type { Watch } from '../watch.ts';

/** Looks at the users while they are moved. It ends with the process: each one that goes on starts its own. */
export function watchStep(watch: Watch, others: () => readonly Step[], { unverified }: Pick<Run, 'unverified'>): Step {
  return {
    id: 'watch',
    title: 'watch what users get, from here to the end',
    undo: 'nothing: it only watches',
    async done() {
      // What was not well at the end of the last run is looked at again, also when every step is done.
      if (unverified) {
        return undefined;
      }
      const left = await Promise.all(others().map((step) => step.done()));
      return left.every((seen) => seen !== undefined) ? 'there is nothing left that could be watched' : undefined;
    },
    carryOut: (recorder) => watch.start(recorder),
  };
}

/** One step for each share. */
export function switchSteps(
  { traffic, split }: Survey,
  watch: Watch,
  inputs: RegionInputs,
  ports: RegionPorts,
): Step[] {
  return inputs.weights.map((percent) => ({
    id: `switch-${percent}`,
    title: `send ${percent} % of the users to ${placeOf(inputs.to)}${percent === 100 ? '' : `, and see that nothing fails for ${inputs.holdSeconds} s`}`,
    undo: `put back what is there: ${split.seen}`,
    async done() {
      const { percent: now = 0, seen } = await traffic.look();
      return now >= percent ? seen : undefined;
    },
    async carryOut() {
      const at = ports.clock.now();
      const did = await traffic.shift(percent);
      if (percent < 100) {
        await ports.clock.sleep((split.ttlSeconds + inputs.holdSeconds) * 1000, ports.signal);
        const failures = watch.failuresSince(at);
        if (failures > 0) {
          throw new StepFailed(
            'failing',
            `${failures} requests failed within a second of each other since ${percent} % of the users were sent to ${inputs.to.name}; it stays at that share. The same command goes on; undo: ${split.seen}`,
          );
        }
      }
      return did;
    },
  }));
}

/** Only where both regions are well: nothing that was acknowledged is lost. */
export function drainStep(names: readonly string[], { split }: Survey, inputs: RegionInputs, ports: RegionPorts): Step {
  return {
    id: 'drained',
    title: `wait until nobody uses ${placeOf(inputs.from)} any more, and ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} all that was written there`,
    undo: 'nothing: it only waits',
    async done() {
      const left = await notPromoted(names, ports);
      return left.length === 0 ? 'what it waits for was promoted already' : undefined;
    },
    async carryOut(recorder: Recorder) {
      const unusedSince = await untilUnused(inputs, split, ports);
      const seen = await untilCaughtUp(names, unusedSince, inputs, ports);
      const method = 'what was written before nobody used the other region any more is in the replicas (ReplicaLag)';
      recorder.measure({ indicator: 'rpo', value: 0, unit: 's', method });
      return seen;
    },
  };
}

/** For good. */
export function promoteStep(names: readonly string[], inputs: RegionInputs, ports: RegionPorts): Step {
  const asked = new Set<string>();
  return {
    id: 'promote',
    title: `promote ${names.join(', ')}: for good`,
    undo: `cannot be undone: a new replica of what ${inputs.to.name} has then can be made in ${placeOf(inputs.from)}`,
    async done() {
      const left = await notPromoted(names, ports);
      return left.length === 0 ? `${names.join(', ')}: no replica any more` : undefined;
    },
    carryOut: () => promoteAll(names, asked, inputs.speed, ports),
  };
}

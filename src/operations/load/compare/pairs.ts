/** Runs a load on two addresses in turn, so that what drifts meanwhile acts on both, and compares them pair by pair. */
import { InputError } from '../../../errors.ts';
import type { Evidence } from '../../../report/evidence.ts';
import { CANCELLED } from '../../../report/words.ts';
import { createRecorder, type Recorder } from '../../recorder.ts';
import { type LoadPorts, runLoad } from '../load.ts';
import { type PlannedLoad, shownUrl } from '../plan.ts';
import { isStarved, loadOf } from '../views.ts';
import { compareInPairs, type Policy, withComparison } from './compare.ts';
import { conditionsOf, differencesOf } from './conditions.ts';

export interface Sides {
  readonly baseline: PlannedLoad;
  readonly candidate: PlannedLoad;
}

const SIDES = ['baseline', 'candidate'] as const;
type Side = (typeof SIDES)[number];

/** With fewer there is no scatter to see. */
export const FEWEST_PAIRS = 2;

/**
 * Runs `pairs` pairs, the baseline first in the odd ones and second in the even ones. The SLOs of a run are judged in its own part; the
 * verdict of the whole is that of the comparison.
 * @throws InputError when one of the loads was refused
 */
export async function runPairs(sides: Sides, pairs: number, policy: Policy, ports: LoadPorts): Promise<Evidence> {
  for (const side of SIDES) {
    const [refusal] = sides[side].refusals;
    if (refusal !== undefined) {
      throw new InputError(refusal.code, refusal.message);
    }
  }
  const recorder = recorderOf(sides, pairs, ports);
  const found: Record<Side, Evidence>[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const one = await runPair(sides, pair, pairs, ports, recorder);
    if (one === undefined) {
      break;
    }
    found.push(one);
  }
  return judged(found, { sides, pairs, policy, recorder });
}

/** Undefined when it was cancelled. */
async function runPair(
  sides: Sides,
  pair: number,
  pairs: number,
  ports: LoadPorts,
  recorder: Recorder,
): Promise<Record<Side, Evidence> | undefined> {
  const order = pair % 2 === 1 ? SIDES : SIDES.toReversed();
  const runs = new Map<Side, Evidence>();
  for (const side of order) {
    recorder.event('stage', `pair ${pair} of ${pairs}: ${side}`);
    const evidence = await runLoad(sides[side], {
      ...ports,
      startLoad: (load, folder, onProgress) => ports.startLoad(load, `${folder}-${pair}-${side}`, onProgress),
    });
    runs.set(side, { ...evidence, title: `Pair ${pair}, ${side}: ${shownUrl(sides[side].url)}` });
    if (ports.signal.aborted) {
      return undefined;
    }
  }
  const [baseline, candidate] = [runs.get('baseline'), runs.get('candidate')];
  return baseline && candidate && { baseline, candidate };
}

function recorderOf({ baseline, candidate }: Sides, pairs: number, ports: LoadPorts): Recorder {
  const { target, profile, platform, rehearsalSpeed } = candidate.request;
  return createRecorder({
    operation: 'load',
    title: `Load ${profile.name} on ${target.service}, ${shownUrl(candidate.url)} against ${shownUrl(baseline.url)} in ${pairs} pairs`,
    subject: { platform, environment: target.environment, service: target.ecsService },
    rehearsalSpeed,
    tools: [{ name: 'k6', version: ports.k6Version }],
    clock: ports.clock,
  });
}

interface Judging {
  readonly sides: Sides;
  readonly pairs: number;
  readonly policy: Policy;
  readonly recorder: Recorder;
}

function judged(found: readonly Record<Side, Evidence>[], { sides, pairs, policy, recorder }: Judging): Evidence {
  const parts = found.flatMap((pair) => SIDES.map((side) => pair[side]));
  if (found.length < pairs) {
    const message = `cancelled after ${found.length} of ${pairs} pairs: nothing is compared`;
    return recorder.finish('inconclusive', [{ code: CANCELLED, message }], { parts });
  }
  const starved = parts.filter(isStarved);
  if (starved.length > 0) {
    const reasons = starved.map(({ title, reasons: [reason] }) => ({
      code: reason?.code ?? 'not-compared',
      message: `${title}: ${reason?.message ?? 'the generator did not keep its plan'}`,
    }));
    return recorder.finish('inconclusive', reasons, { parts });
  }
  const loads = found.map(({ baseline, candidate }) => ({ baseline: loadOf(baseline), candidate: loadOf(candidate) }));
  const conditions = SIDES.map((side) => conditionsOfSide(found, side, sides));
  const [before = new Map(), now = new Map()] = conditions;
  const comparison = compareInPairs(loads, differencesOf(before, now), policy.tolerances);
  return withComparison(recorder.finish('pass', [], { parts }), comparison, policy);
}

function conditionsOfSide(found: readonly Record<Side, Evidence>[], side: Side, sides: Sides) {
  const evidence = found[0]?.[side];
  if (evidence === undefined) {
    throw new Error('no pair was run');
  }
  const load = { ...loadOf(evidence), url: shownUrl(sides[side].url) };
  return conditionsOf({ ...evidence, load, cores: load.generator.cores });
}

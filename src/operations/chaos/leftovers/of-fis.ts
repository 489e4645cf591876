/**
 * What FIS itself makes for some actions, tags `managedByFIS`, and takes away when the action ends (AWS FIS user guide, "Network actions"):
 * network ACLs, security groups, route tables, prefix lists. What still carries the tag when nothing runs has been left.
 */
import type { Check } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';

const TAG = ['managedByFIS', 'true'] as const;
/** AWS's list of tags may name for a while what has just been deleted: it is asked again before anything is called left. */
const LOOKS = 4;
const LOOK_EVERY_MS = 5000;

export type LeftByFis =
  | { readonly known: true; readonly arns: readonly string[] }
  /** It could not be looked for; why. That stops nothing. */
  | { readonly known: false; readonly why: string };

/** What carries FIS's tag now: of experiments that run, and of those that have left it. Rejects only when cancelled. */
export async function leftByFis({ aws: { tagging }, signal }: Pick<Ports, 'aws' | 'signal'>): Promise<LeftByFis> {
  try {
    return { known: true, arns: (await tagging.taggedWith(...TAG)).sort() };
  } catch (error) {
    signal.throwIfAborted();
    return { known: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** The same when experiments have just ended: what is being taken away is waited for, for some seconds. */
export async function leftAtTheEnd({ awsForUndo: aws, clock, signalForUndo }: Ports): Promise<LeftByFis> {
  const signal = signalForUndo ?? new AbortController().signal;
  let found = await leftByFis({ aws, signal });
  for (let look = 1; look < LOOKS && found.known && found.arns.length > 0; look += 1) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    found = await leftByFis({ aws, signal });
  }
  return found;
}

/** As a check. What could not be looked for is not held against anything, and said. Pure. */
export function residueCheck(found: LeftByFis): Check {
  const name = 'left behind by FIS';
  const expected = `nothing is tagged ${TAG.join('=')}`;
  return found.known
    ? { name, verdict: found.arns.length === 0 ? 'pass' : 'fail', expected, observed: residueText(found) || 'nothing' }
    : { name, verdict: 'inconclusive', expected, observed: `not looked for: ${found.why}` };
}

/** Code of the reason: what surefoot itself made for a run may still be there. */
export const OWN_LEFT = 'something-left';

/** The row for what surefoot itself made for a run: template, experiment and stop. @param left in words; undefined: all is gone */
export function ownLeftCheck(left: string | undefined): Check {
  return {
    name: 'left behind by the run',
    verdict: left === undefined ? 'pass' : 'fail',
    expected: 'its experiment has ended, and its template and schedule are deleted',
    observed: left ?? 'nothing',
  };
}

/** What a person does about each kind, by what its ARN's resource begins with. */
const ADVICE: readonly (readonly [kind: string, advice: string])[] = [
  ['network-acl/', 'put its subnets back on the network ACL that they had, then delete it'],
  ['route-table/', 'put its subnets back on the route table that they had, then delete it'],
  ['security-group/', 'take it off whatever has it, then delete it'],
  ['prefix-list/', 'take it out of the route tables that name it, then delete it'],
];

/** What there is, and what to do about each; empty for nothing. Pure. */
export function residueText(found: LeftByFis): string {
  return found.known ? found.arns.map(adviceOn).join('; ') : '';
}

function adviceOn(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  const [, advice = 'look at what it does, and take it away'] =
    ADVICE.find(([kind]) => resource.startsWith(kind)) ?? [];
  return `${arn} (${advice})`;
}

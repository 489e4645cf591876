/** Runs that are killed while a zone goes dark: what they ask AWS for, and what must be so once their longest time has passed. */
import { expect, vi } from 'vitest';
import { removeExpired } from '../../../../src/operations/chaos/leftovers/templates.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import type { Call } from '../plan/rest-proxy.ts';
import { type Lab, type Sample, STOP_ROLE } from './lab.ts';

/** A zone is dark for a minute, which is a second here; whatever is left is stopped six minutes after the start, which are six seconds. */
export const DARK_ZONE: Sample = {
  target: `resourceType: aws:ec2:subnet, parameters: { availabilityZoneIdentifier: "\${zone}", vpc: vpc-rehearsal }, selectionMode: ALL`,
  actions:
    '{ cut: { actionId: aws:network:disrupt-connectivity, parameters: { duration: PT1M, scope: all }, targets: { Subnets: main } } }',
  load: 'rate: "30", before: 2s, after: 2s',
  guards: `maximumDuration: 1m, stopRole: "${STOP_ROLE}"`,
  irreversible: false,
};

/** What a call asks AWS to change; undefined for one that reads. */
export function changeOf({ method, path, body }: Call): string | undefined {
  if (method === 'GET') {
    return undefined;
  }
  const kind = path.split('/')[1] ?? '';
  const of = /surefoot:run"|run-all/.test(body) ? ' of the run' : '';
  return `${method} ${kind}${of}`;
}

/** All that a run changes, in its order. */
export const CHANGES = [
  'POST experimentTemplates',
  'POST experiments',
  'DELETE experimentTemplates',
  'POST schedules',
  'POST experimentTemplates of the run',
  'POST experiments of the run',
  'PUT schedules',
  'DELETE experimentTemplates',
  'DELETE schedules',
] as const;

/**
 * Until the platform itself says that nothing acts any more: no experiment, no network ACL of FIS's, no schedule, no load generator, and both
 * tasks serve. Templates are deleted by whoever comes later than their time.
 */
export async function untilNothingIsLeft({ gateways, active, untilWhole, generators }: Lab): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await active()).toEqual([]);
      expect(await gateways.tagging.taggedWith('managedByFIS', 'true')).toEqual([]);
      expect(await gateways.scheduler.names('')).toEqual([]);
      expect(generators()).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
  await untilWhole();
  // The longest of all their times is an hour after a dry run.
  const later = { ...systemClock, now: () => new Date(Date.now() + 3_700_000) };
  await removeExpired(gateways.fis, later);
  expect(await gateways.fis.listTemplates()).toEqual([]);
}

/** What a platform must have for a scenario; said before anything is started. */
import { InputError } from '../../../errors.ts';
import type { DatabaseSettings, ServiceInEnvironment } from '../../../platform/model.ts';

/** @throws InputError `scenario-does-not-fit` for a service with fewer tasks */
export function requireTasks(scenario: string, { ecsService, rehearsal }: ServiceInEnvironment, least: number): void {
  const tasks = rehearsal?.tasks ?? 0;
  if (tasks < least) {
    throw new InputError(
      'scenario-does-not-fit',
      `${scenario} needs ${least} tasks, and ${ecsService} has ${tasks} in a rehearsal: write \`tasks: ${least}\` under rehearsal of the service, or name other scenarios`,
    );
  }
}

/** @throws InputError `scenario-does-not-fit` for an environment with fewer zones */
export function requireZones(scenario: string, zones: readonly string[], least: number): void {
  if (zones.length < least) {
    throw new InputError(
      'scenario-does-not-fit',
      `${scenario} needs ${least} zones, and the environment has ${zones.length}: choose one with more (--environment), or name other scenarios`,
    );
  }
}

/**
 * The service's database, in at least two zones; with `replica`, one that is read from a third.
 * @throws InputError `scenario-does-not-fit`
 */
export function requireDatabase(
  scenario: string,
  { ecsService, rehearsal }: ServiceInEnvironment,
  { replica }: { readonly replica: boolean },
): { readonly name: string; readonly settings: DatabaseSettings } {
  const found = Object.entries(rehearsal?.databases ?? {}).find(
    ([, { zones, replica: own }]) => zones[1] !== undefined && (!replica || own !== undefined),
  );
  if (found === undefined) {
    throw new InputError(
      'scenario-does-not-fit',
      `${scenario} needs a database with \`multiAz: true\`${replica ? ' and a `replica`' : ''} in the environment of ${ecsService}: add it under rehearsal.databases, or name other scenarios`,
    );
  }
  const [name, settings] = found;
  return { name, settings };
}

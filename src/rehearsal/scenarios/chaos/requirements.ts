/** What a platform must have for a scenario; said before anything is started. */
import { InputError } from '../../../errors.ts';
import type { DatabaseSettings } from '../../../platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Rehearsal } from '../../platform.ts';
import type { Database } from '../../world/database/database.ts';

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

/** A database of the environment as a scenario needs it. */
export interface KnownDatabase {
  readonly name: string;
  /** That of the primary, and that of the standby. */
  readonly zones: readonly [string, string];
  readonly replica: DatabaseSettings['replica'];
}

/**
 * The first database with a standby; with `replica`, with one that tasks know the address of.
 * @throws InputError `scenario-does-not-fit`
 */
export function requireDatabase(
  scenario: string,
  { ecsService, rehearsal }: ServiceInEnvironment,
  { replica: needed }: { readonly replica: boolean },
): KnownDatabase {
  for (const [name, { zones, replica }] of Object.entries(rehearsal?.databases ?? {})) {
    const [primary, standby] = zones;
    if (standby !== undefined && (!needed || replica?.urlVariable !== undefined)) {
      return { name, zones: [primary, standby], replica };
    }
  }
  const what = `\`multiAz: true\`${needed ? ' and a `replica` with a `urlVariable`' : ''}`;
  throw new InputError(
    'scenario-does-not-fit',
    `${scenario} needs a database with ${what} in the environment of ${ecsService}: add it under rehearsal.databases, or name other scenarios`,
  );
}

/** @throws Error for a name that the platform does not have */
export function databaseOf({ databases }: Pick<Rehearsal, 'databases'>, name: string): Database {
  const found = databases.all.find((database) => database.name === name);
  if (found === undefined) {
    throw new Error(`the platform has no database ${name}`);
  }
  return found;
}

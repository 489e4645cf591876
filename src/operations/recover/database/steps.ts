/** The steps of a restore, each known by what it leaves in RDS. */
import type { DBInstance } from '../../../aws/rds/rds.ts';
import { OutsideError } from '../../../errors.ts';
import { patiently } from '../../common/patience.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Step } from '../request.ts';
import { isOurs, type Scene, tagsOf } from './scene.ts';
import { differences, restoreSettings } from './settings.ts';

/** Large instances take hours. */
const READY_WITHIN_SECONDS = 24 * 3600;

export function restoreStep(scene: Scene): Step {
  const { target, source, original, request, ports } = scene;
  const made = async () => {
    const now = await ports.aws.rds.instance(target);
    return now !== undefined && isOurs(now, scene);
  };
  return {
    id: 'restore',
    title: `restore ${source.what} to the new DB instance ${target}`,
    undo: `delete the DB instance ${target}`,
    done: async () => ((await made()) ? `${target} was made from it` : undefined),
    async carryOut() {
      try {
        const settings = restoreSettings(original, tagsOf(scene), request.drill);
        await ports.aws.rds.restoreInstance(source.from, target, settings);
      } catch (error) {
        ports.signal.throwIfAborted();
        // The call may have been heard although its answer was lost, and is then refused when it is repeated.
        if (!(await made())) {
          throw error;
        }
      }
      return `${target} is being restored`;
    },
  };
}

/** Statuses that do not end in `available` by themselves (AWS: "Viewing Amazon RDS DB instance status"). */
const DEAD_ENDS = new Set([
  ...['failed', 'restore-error', 'incompatible-restore', 'incompatible-network', 'incompatible-parameters'],
  ...['incompatible-option-group', 'insufficient-capacity', 'inaccessible-encryption-credentials', 'storage-full'],
]);

/** Looks until it is available and `settled`. */
async function untilAvailable(
  { target, request, ports }: Scene,
  settled: (now: DBInstance) => boolean = () => true,
): Promise<DBInstance> {
  const deadline = ports.clock.now().getTime() + READY_WITHIN_SECONDS * 1000;
  for (;;) {
    const now = await patiently(() => ports.aws.rds.instance(target), ports);
    const status = now?.DBInstanceStatus ?? 'not there any more';
    if (now !== undefined && status === 'available' && settled(now)) {
      return now;
    }
    if (now === undefined || DEAD_ENDS.has(status) || ports.clock.now().getTime() > deadline) {
      throw new OutsideError(
        'database-not-available',
        `the DB instance ${target} is ${status}`,
        'rds:DescribeDBInstances',
      );
    }
    ports.reporter.progress(`${target}: ${status}`);
    await ports.clock.sleep(lookEveryMs(request.rehearsalSpeed), ports.signal);
  }
}

export function waitStep(scene: Scene): Step {
  const { target, ports } = scene;
  return {
    id: 'wait',
    title: `wait until ${target} is available`,
    undo: 'nothing',
    done: async () =>
      (await ports.aws.rds.instance(target))?.DBInstanceStatus === 'available' ? 'it is available' : undefined,
    async carryOut() {
      await untilAvailable(scene);
      return 'it is available';
    },
  };
}

export function settingsStep(original: DBInstance, scene: Scene): Step {
  const { target, ports } = scene;
  const left = (now: DBInstance) => differences(original, now).titles;
  return {
    id: 'settings',
    title: `put back on ${target} what a restore does not bring: retention, windows, monitoring, groups, protection`,
    undo: `delete the DB instance ${target}`,
    async done() {
      const now = await ports.aws.rds.instance(target);
      return now !== undefined && left(now).length === 0 ? 'it has them' : undefined;
    },
    async carryOut() {
      const { titles, changes } = differences(original, await untilAvailable(scene));
      await ports.aws.rds.modify(target, changes);
      await untilAvailable(scene, (now) => left(now).length === 0);
      return titles.join(', ');
    },
  };
}

export function removeStep(scene: Scene): Step {
  const { target, request, ports } = scene;
  const { rds } = ports.aws;
  return {
    id: 'remove',
    title: `delete the DB instance ${target}`,
    undo: 'drill again: it was a copy',
    done: async () => ((await rds.instance(target)) === undefined ? 'it is gone' : undefined),
    async carryOut() {
      if ((await rds.instance(target))?.DBInstanceStatus !== 'deleting') {
        await untilAvailable(scene);
        await rds.deleteInstance(target);
      }
      while ((await patiently(() => rds.instance(target), ports)) !== undefined) {
        await ports.clock.sleep(lookEveryMs(request.rehearsalSpeed), ports.signal);
      }
      return 'it is gone';
    },
  };
}

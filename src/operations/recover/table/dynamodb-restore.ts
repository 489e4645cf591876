/**
 * `dynamodb-restore`: a table is restored beside the original, to a point in time or from a backup, with what DynamoDB does not restore put
 * back. Nothing is ever changed on the original; taking the new one into use is left to people, as a plan.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Key, TableDescription } from '../../../aws/dynamodb/dynamodb.ts';
import { OutsideError } from '../../../errors.ts';
import type { Check, Reason } from '../../../report/evidence.ts';
import { patiently } from '../../common/patience.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import { DRILL, type Planned, type RecoverRequest, refused, type Step } from '../request.ts';
import { type Scene, settingSteps } from './table-settings.ts';
import { indexesOf, type Origin, originOf, type TableOrigin } from './table-source.ts';

export interface DynamoDbRestoreInputs extends TableOrigin {
  /** Name of the new table; undefined: `<table>-restored`. */
  readonly to: string | undefined;
  /** Of an item that must be in the restored table. */
  readonly key: Key | undefined;
}

/** "Restore times vary" (AWS), up to many hours for large tables. */
const RESTORED_WITHIN_SECONDS = 24 * 3600;
/** A scan reads 1 MB a page and costs capacity: beyond these, items are counted no further. */
const MOST_PAGES = 100;
/** Of table names (AWS: CreateTable). */
const MOST_LETTERS = 255;

/** Reads and works out the restore; changes nothing. */
export async function planDynamoDbRestore(
  request: RecoverRequest,
  inputs: DynamoDbRestoreInputs,
  ports: Ports,
): Promise<Planned> {
  const { table } = inputs;
  const { run, drill } = request;
  const target = drill ? `${DRILL}${run.id}-${table}`.slice(0, MOST_LETTERS) : (inputs.to ?? `${table}-restored`);
  const title = `Restore the table ${table} to ${target}`;
  const [source, existing] = await Promise.all([ports.aws.dynamodb.table(table), ports.aws.dynamodb.table(target)]);
  const origin = await originOf(inputs, source, run.settled['at'], ports);
  if ('code' in origin) {
    return refused(title, [origin]);
  }
  const refusals = existingRefusals(existing, target, origin, request);
  const scene = sceneOf(target, request, ports);
  const settings = await settingSteps(source, origin, drill, scene);
  const plan = refused(`${title} ${origin.what}`, refusals, notesOf(source, origin));
  return {
    ...plan,
    settled: { at: origin.at.toISOString(), target },
    guard: async () => existingRefusals(await ports.aws.dynamodb.table(target), target, origin, request),
    steps: [restoreStep(origin, scene), waitStep(scene), ...settings],
    removals: drill ? [removeStep(scene, request)] : [],
    verify: () => verify(inputs, origin, settings, scene),
    proves: 'backups-verified',
    recoveryPoint: { at: origin.at, method: 'the moment that was restored' },
    afterwards: drill ? [] : swapPlan(table, target),
  };
}

/** A table of that name that this run, or one with the same aim, made is gone on with. */
function existingRefusals(
  existing: TableDescription | undefined,
  target: string,
  origin: Origin,
  { run }: RecoverRequest,
): Reason[] {
  if (existing === undefined || origin.made(existing, !run.begun.has('restore'))) {
    return [];
  }
  const message = `there is a table "${target}" already, which is not restored ${origin.what}: nothing is ever restored over a table. Name another with --to, or delete it`;
  return [{ code: 'target-exists', message }];
}

function sceneOf(target: string, { rehearsalSpeed }: RecoverRequest, ports: Ports): Scene {
  return {
    target,
    ports,
    async untilActive() {
      const deadline = ports.clock.now().getTime() + RESTORED_WITHIN_SECONDS * 1000;
      for (;;) {
        const now = await patiently(() => ports.aws.dynamodb.table(target), ports);
        if (now?.TableStatus === 'ACTIVE') {
          return now;
        }
        if (now === undefined || ports.clock.now().getTime() > deadline) {
          const seen = now === undefined ? 'is not there any more' : `is still ${now.TableStatus}`;
          throw new OutsideError('table-not-active', `the table ${target} ${seen}`, 'dynamodb:DescribeTable');
        }
        ports.reporter.progress(`${target}: ${now.TableStatus}`);
        await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
      }
    },
  };
}

function restoreStep(origin: Origin, { target, ports }: Scene): Step {
  const made = async () => {
    const now = await ports.aws.dynamodb.table(target);
    return now !== undefined && origin.made(now, false);
  };
  return {
    id: 'restore',
    title: `restore ${origin.what} to the new table ${target}`,
    undo: `delete the table ${target}`,
    done: async () => ((await made()) ? `${target} was made from it` : undefined),
    async carryOut() {
      try {
        await origin.restore(target);
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

function waitStep(scene: Scene): Step {
  const { target, ports } = scene;
  return {
    id: 'wait',
    title: `wait until ${target} is ACTIVE`,
    undo: 'nothing',
    done: async () => ((await ports.aws.dynamodb.table(target))?.TableStatus === 'ACTIVE' ? 'it is ACTIVE' : undefined),
    async carryOut() {
      await scene.untilActive();
      return 'it is ACTIVE';
    },
  };
}

function removeStep(scene: Scene, { rehearsalSpeed }: RecoverRequest): Step {
  const { target, ports } = scene;
  const { dynamodb, dynamodbScaling } = ports.aws;
  const left = async () => ({
    table: await dynamodb.table(target),
    scaling: await dynamodbScaling.capacityScaling(target),
  });
  return {
    id: 'remove',
    title: `delete the table ${target}`,
    undo: 'drill again: it was a copy',
    async done() {
      const { table, scaling } = await left();
      return table === undefined && scaling.length === 0 ? 'it is gone' : undefined;
    },
    async carryOut() {
      const { table, scaling } = await left();
      for (const one of scaling) {
        await dynamodbScaling.unscaleCapacity(target, one);
      }
      if (table !== undefined && table.TableStatus !== 'DELETING') {
        await scene.untilActive();
        await dynamodb.deleteTable(target);
      }
      while ((await patiently(() => dynamodb.table(target), ports)) !== undefined) {
        await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
      }
      return 'it is gone';
    },
  };
}

function notesOf(source: TableDescription | undefined, { at }: Origin): string[] {
  return source === undefined
    ? [
        'the table is gone: its tags, auto scaling, point-in-time recovery and deletion protection are not known any more; put them back from your Terraform',
      ]
    : [
        `the original, with about ${source.ItemCount ?? 0} items, is left as it is; what was written after ${at.toISOString()} is in it alone`,
      ];
}

async function verify(
  { key }: DynamoDbRestoreInputs,
  origin: Origin,
  settings: readonly Step[],
  { target, ports }: Scene,
): Promise<Check[]> {
  const { dynamodb } = ports.aws;
  const now = await dynamodb.table(target);
  const { items, whole } = await dynamodb.count(target, MOST_PAGES);
  const off: string[] = [];
  for (const { title, done } of settings) {
    off.push(...((await done()) === undefined ? [title] : []));
  }
  return [
    check('status', now?.TableStatus === 'ACTIVE', 'ACTIVE', now?.TableStatus ?? 'no table'),
    check('key', isDeepStrictEqual(now?.KeySchema, origin.keys), namesOf(origin.keys), namesOf(now?.KeySchema)),
    check(
      'indexes',
      origin.indexes === undefined || isDeepStrictEqual(now && indexesOf(now), origin.indexes),
      origin.indexes === undefined ? 'not known from the backup' : origin.indexes.join(', ') || 'none',
      (now && indexesOf(now).join(', ')) || 'none',
    ),
    check(
      'items',
      items > 0 || !origin.hasItems,
      origin.hasItems ? 'some' : 'any number',
      `${whole ? '' : 'at least '}${items} items`,
    ),
    check('settings', off.length === 0, 'all put back', off.length === 0 ? 'all put back' : `not: ${off.join('; ')}`),
    ...(key === undefined ? [] : [await itemCheck(target, key, ports)]),
  ];
}

function check(name: string, good: boolean, expected: string, observed: string): Check {
  return { name: `${name} of the restored table`, verdict: good ? 'pass' : 'fail', expected, observed };
}

function namesOf(keys: TableDescription['KeySchema']): string {
  return (keys ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(', ');
}

/** Says whether it is there, and nothing of it: items may hold secrets. */
async function itemCheck(target: string, key: Key, { aws }: Ports): Promise<Check> {
  const found = await aws.dynamodb.item(target, key);
  return check(
    'the item named',
    found !== undefined,
    'it is there',
    found === undefined ? 'it is not there' : 'it is there',
  );
}

function swapPlan(table: string, target: string): string[] {
  return [
    `let the roles of the services read and write ${target}: policies name tables by ARN, and a resource policy is not restored`,
    `decide on what was written to ${table} since: it is not in ${target}`,
    `point the services at ${target} (their variable or Terraform's table name) and deploy them: \`surefoot deploy\` is the way there and \`surefoot rollback\` the way back`,
    `make the alarms and, where there were any, Kinesis destinations, global replicas and Lambda triggers of ${table} for ${target}`,
    `import ${target} into Terraform; delete ${table} only when nothing reads it any more`,
  ];
}

/**
 * What a restored table does not get from DynamoDB and is put back here. AWS ("Restoring a DynamoDB table"): "You must manually set up the
 * following on the restored table: auto scaling policies, IAM policies, CloudWatch metrics and alarms, tags, stream settings, TTL settings,
 * deletion protection settings, point-in-time recovery settings".
 */
import { isDeepStrictEqual } from 'node:util';
import type { TableDescription } from '../../../aws/dynamodb/dynamodb.ts';
import type { Ports } from '../../ports.ts';
import type { Step } from '../request.ts';
import type { Origin } from './table-source.ts';

export interface Scene {
  readonly target: string;
  readonly ports: Ports;
  /** Waits until the table takes changes. */
  untilActive(): Promise<TableDescription>;
}

/** The steps that put settings back, each only where there is something to put back. `source` is undefined when the table is gone. */
export async function settingSteps(
  source: TableDescription | undefined,
  origin: Origin,
  drill: boolean,
  scene: Scene,
): Promise<Step[]> {
  const { dynamodb, dynamodbScaling } = scene.ports.aws;
  const name = source?.TableName;
  const [tags, window, scaling] =
    name === undefined
      ? [{}, undefined, []]
      : await Promise.all([
          dynamodb.tags(source?.TableArn ?? ''),
          dynamodb.recoveryWindow(name),
          dynamodbScaling.capacityScaling(name),
        ]);
  // "Tags with the prefix aws: are reserved" (AWS: TagResource).
  const ours = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));
  const view = origin.stream?.StreamEnabled ? origin.stream.StreamViewType : undefined;
  return [
    ...(origin.timeToLive === undefined ? [] : [timeToLiveStep(origin.timeToLive, scene)]),
    ...(Object.keys(ours).length === 0 ? [] : [tagsStep(ours, scene)]),
    ...(view === undefined ? [] : [streamStep(view, scene)]),
    ...(scaling.length === 0 ? [] : [scalingStep(scaling, scene)]),
    ...(window?.enabled ? [recoveryStep(window.days, scene)] : []),
    ...(source?.DeletionProtectionEnabled && !drill ? [protectionStep(scene)] : []),
  ];
}

function step(
  id: string,
  title: string,
  done: () => Promise<boolean>,
  act: () => Promise<unknown>,
  scene: Scene,
): Step {
  return {
    id,
    title,
    undo: `delete the table ${scene.target}`,
    done: async () => ((await done()) ? 'it is so' : undefined),
    async carryOut() {
      await scene.untilActive();
      await act();
      await scene.untilActive();
      return 'done';
    },
  };
}

function timeToLiveStep(attribute: string, scene: Scene): Step {
  const { target, ports } = scene;
  const { dynamodb } = ports.aws;
  return step(
    'ttl',
    `let items of ${target} expire by "${attribute}"`,
    async () => (await dynamodb.timeToLive(target)) === attribute,
    () => dynamodb.enableTimeToLive(target, attribute),
    scene,
  );
}

function tagsStep(tags: Readonly<Record<string, string>>, scene: Scene): Step {
  const { target, ports } = scene;
  const { dynamodb } = ports.aws;
  const arn = async () => (await scene.untilActive()).TableArn ?? '';
  return step(
    'tags',
    `tag ${target} with ${Object.keys(tags).join(', ')}`,
    async () => {
      const now = await dynamodb.tags(await arn());
      return Object.entries(tags).every(([key, value]) => now[key] === value);
    },
    async () => dynamodb.tag(await arn(), tags),
    scene,
  );
}

function streamStep(
  view: NonNullable<NonNullable<TableDescription['StreamSpecification']>['StreamViewType']>,
  scene: Scene,
): Step {
  const { target, ports } = scene;
  const { dynamodb } = ports.aws;
  return step(
    'stream',
    `turn on the stream of ${target} with ${view}`,
    async () => {
      const now = (await dynamodb.table(target))?.StreamSpecification;
      return now?.StreamEnabled === true && now.StreamViewType === view;
    },
    () => dynamodb.enableStream(target, view),
    scene,
  );
}

function scalingStep(
  scaling: Awaited<ReturnType<Ports['aws']['dynamodbScaling']['capacityScaling']>>,
  scene: Scene,
): Step {
  const { target, ports } = scene;
  const { dynamodbScaling } = ports.aws;
  return step(
    'scaling',
    `scale ${scaling.length} capacities of ${target} as before`,
    async () => isDeepStrictEqual(await dynamodbScaling.capacityScaling(target), scaling),
    async () => {
      for (const one of scaling) {
        await dynamodbScaling.scaleCapacity(target, one);
      }
    },
    scene,
  );
}

function recoveryStep(days: number | undefined, scene: Scene): Step {
  const { target, ports } = scene;
  const { dynamodb } = ports.aws;
  return step(
    'recovery',
    `turn on point-in-time recovery of ${target}`,
    async () => {
      const now = await dynamodb.recoveryWindow(target);
      return now.enabled && now.days === days;
    },
    () => dynamodb.enableRecovery(target, days),
    scene,
  );
}

function protectionStep(scene: Scene): Step {
  const { target, ports } = scene;
  const { dynamodb } = ports.aws;
  return step(
    'protection',
    `protect ${target} from deletion`,
    async () => (await dynamodb.table(target))?.DeletionProtectionEnabled === true,
    () => dynamodb.protect(target),
    scene,
  );
}

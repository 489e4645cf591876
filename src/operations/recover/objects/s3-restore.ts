/**
 * `s3-restore`: objects that were deleted or overwritten come back as they were at a time. Nothing is taken away but delete markers: what
 * overwrote an object stays below the copy, and what was created since is left alone. A drill copies all of them beside.
 */
import type { ObjectVersion } from '../../../aws/s3.ts';
import type { Check, Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { DRILL, type Planned, type RecoverRequest, refused, type Step } from '../request.ts';
import { type Lost, type Work, workOf } from './s3-work.ts';
import { copyRefusals, forAll, removalOf, sameContent, versioningRefusals } from './versions.ts';

export interface S3RestoreInputs {
  readonly bucket: string;
  readonly prefix: string;
  /** Objects come back as they were at this moment. */
  readonly at: Date;
}

const MOST_SHOWN = 20;
/** A drill proves that objects can be restored; it does not double a bucket. */
const MOST_DRILLED = 1000;

/** Reads and works out what would come back; changes nothing. */
export async function planS3Restore(
  request: RecoverRequest,
  { bucket, prefix, at }: S3RestoreInputs,
  ports: Ports,
): Promise<Planned> {
  const { s3 } = ports.aws;
  const title = `Restore s3://${bucket}/${prefix} as of ${at.toISOString()}`;
  const early: Reason[] = [...futureRefusals(at, ports), ...(await versioningRefusals(bucket, s3))];
  if (early.length > 0) {
    return refused(title, early);
  }
  const work = await workOf(bucket, prefix, at, s3);
  const copied = request.drill
    ? work.then
    : work.lost.flatMap(({ version, markers }) => (markers.length > 0 ? [] : [version]));
  const refusals = [
    ...windowRefusals({ bucket, prefix, at }, work),
    ...copied.flatMap(copyRefusals),
    ...(request.drill ? drillRefusals(work) : []),
  ];
  const restored = request.drill ? work.then : work.lost.map(({ version }) => version);
  const plan = refused(title, refusals, notesOf(work, request.drill));
  const scene: Scene = { bucket, prefix, at, ports };
  return {
    ...plan,
    guard: async () => [],
    ...(refusals.length > 0 ? {} : request.drill ? drillOf(request, scene, work.then) : restoreOf(scene, work.lost)),
    proves: 'backups-verified',
    recoveryPoint: { at, method: 'the moment as of which objects were restored' },
    measurements: [
      {
        indicator: 'objects restored',
        value: restored.length,
        unit: 'objects',
        method:
          'objects that differed from the moment asked for when the plan was made; in a drill all that were there then',
      },
      {
        indicator: 'bytes restored',
        value: bytesOf(restored),
        unit: 'bytes',
        method: 'sum of their sizes, as S3 lists them',
      },
    ],
  };
}

interface Scene extends S3RestoreInputs {
  readonly ports: Ports;
}

function futureRefusals(at: Date, { clock }: Ports): Reason[] {
  return at > clock.now()
    ? [
        {
          code: 'outside-window',
          message: `${at.toISOString()} is in the future: name a moment at which the objects were still good`,
        },
      ]
    : [];
}

function windowRefusals({ bucket, prefix, at }: S3RestoreInputs, { then, oldest }: Work): Reason[] {
  if (oldest === undefined) {
    return [
      {
        code: 'nothing-there',
        message: `there is no version of anything under s3://${bucket}/${prefix}: check the prefix`,
      },
    ];
  }
  const message = `nothing that is still kept under s3://${bucket}/${prefix} was there at ${at.toISOString()}: the oldest version is of ${oldest.toISOString()}`;
  return then.length === 0 ? [{ code: 'outside-window', message }] : [];
}

function drillRefusals({ then }: Work): Reason[] {
  const message = `a drill copies every object that was there, at most ${MOST_DRILLED}; these are ${then.length}: narrow the prefix`;
  return then.length > MOST_DRILLED ? [{ code: 'too-many', message }] : [];
}

function notesOf({ lost, then, createdSince }: Work, drill: boolean): string[] {
  const shown = lost.slice(0, MOST_SHOWN).map(({ version, markers }) => {
    const how = markers.length > 0 ? 'was deleted' : 'was overwritten or deleted after that';
    return `${version.key} (${version.bytes} bytes, version ${version.id}) ${how}`;
  });
  return [
    `${then.length} objects were there, ${bytesOf(then)} bytes; ${lost.length} of them differ now, ${bytesOf(lost.map(({ version }) => version))} bytes`,
    ...shown,
    ...(lost.length > MOST_SHOWN ? [`and ${lost.length - MOST_SHOWN} more`] : []),
    ...(createdSince > 0 ? [`${createdSince} objects were created since: they are left alone`] : []),
    'versions that a lifecycle rule has expired since cannot be seen, and do not come back',
    ...(drill ? ['event notifications of the bucket are sent for the copies too'] : []),
  ];
}

function bytesOf(versions: readonly ObjectVersion[]): number {
  return versions.reduce((sum, { bytes }) => sum + bytes, 0);
}

function restoreOf(scene: Scene, planned: readonly Lost[]): Pick<Planned, 'steps' | 'verify'> {
  return {
    steps: [undeleteStep(scene, planned), copyStep(scene, planned)],
    verify: async () => [await sameAsThen(scene)],
  };
}

/** Takes the newest marker first, so that the object stays hidden until nothing hides it any more. */
function undeleteStep(scene: Scene, planned: readonly Lost[]): Step {
  const { bucket, ports } = scene;
  return {
    id: 'undelete',
    title: `take away the delete markers of ${planned.filter(({ markers }) => markers.length > 0).length} objects`,
    undo: 'delete the objects again',
    done: async () => ((await deletedNow(scene)).length === 0 ? 'none is hidden by a delete marker alone' : undefined),
    async carryOut() {
      const hidden = await deletedNow(scene);
      await forAll(hidden, async ({ markers }) => {
        for (const { key, id } of markers) {
          await ports.aws.s3.deleteVersion(bucket, key, id);
        }
      });
      return `${hidden.length} objects are back, ${bytesOf(hidden.map(({ version }) => version))} bytes`;
    },
  };
}

function copyStep(scene: Scene, planned: readonly Lost[]): Step {
  const { bucket, ports } = scene;
  return {
    id: 'copy',
    title: `copy the version of then over ${planned.filter(({ markers }) => markers.length === 0).length} objects`,
    undo: 'delete the newest version of each: what it covers is still there',
    done: async () => ((await overwrittenNow(scene)).length === 0 ? 'every object has its content of then' : undefined),
    async carryOut() {
      const overwritten = await overwrittenNow(scene);
      await forAll(overwritten, ({ version }) => ports.aws.s3.copyVersion(bucket, version, version.key));
      return `${overwritten.length} objects are back, ${bytesOf(overwritten.map(({ version }) => version))} bytes`;
    },
  };
}

async function deletedNow({ bucket, prefix, at, ports }: Scene): Promise<Lost[]> {
  return (await workOf(bucket, prefix, at, ports.aws.s3)).lost.filter(({ markers }) => markers.length > 0);
}

async function overwrittenNow({ bucket, prefix, at, ports }: Scene): Promise<Lost[]> {
  return (await workOf(bucket, prefix, at, ports.aws.s3)).lost.filter(({ markers }) => markers.length === 0);
}

async function sameAsThen({ bucket, prefix, at, ports }: Scene): Promise<Check> {
  const { lost, then } = await workOf(bucket, prefix, at, ports.aws.s3);
  return {
    name: `objects under s3://${bucket}/${prefix}`,
    verdict: lost.length === 0 ? 'pass' : 'fail',
    expected: `all ${then.length} objects have the content that they had at ${at.toISOString()}`,
    observed: lost.length === 0 ? 'they have' : `${lost.length} have not`,
  };
}

function drillOf(
  { run }: RecoverRequest,
  scene: Scene,
  then: readonly ObjectVersion[],
): Pick<Planned, 'steps' | 'verify' | 'removals'> {
  const { bucket, ports } = scene;
  const { s3 } = ports.aws;
  const folder = `${DRILL}${run.id}/`;
  const missing = async () => {
    const made = (await s3.versions(bucket, folder)).filter(({ latest, deleted }) => latest && !deleted);
    const copies = new Map(made.map((version) => [version.key, version]));
    const found: ObjectVersion[] = [];
    for (const version of then) {
      const copy = copies.get(`${folder}${version.key}`);
      if (copy === undefined || !(await sameContent(bucket, copy, version, s3))) {
        found.push(version);
      }
    }
    return found;
  };
  const step: Step = {
    id: 'copy',
    title: `copy ${then.length} objects, ${bytesOf(then)} bytes, to s3://${bucket}/${folder}`,
    undo: 'delete the copies',
    done: async () => ((await missing()).length === 0 ? 'all copies are there' : undefined),
    async carryOut() {
      const versions = await missing();
      await forAll(versions, (version) => s3.copyVersion(bucket, version, `${folder}${version.key}`));
      return `${versions.length} objects copied, ${bytesOf(versions)} bytes`;
    },
  };
  return {
    steps: [step],
    verify: async () => {
      const bad = await missing();
      const observed = bad.length === 0 ? 'they have' : `${bad.length} have not`;
      const expected = `all ${then.length} copies have the content of the versions`;
      return [
        {
          name: `copies under s3://${bucket}/${folder}`,
          verdict: bad.length === 0 ? 'pass' : 'fail',
          expected,
          observed,
        },
      ];
    },
    removals: [removalOf(bucket, folder, s3)],
  };
}

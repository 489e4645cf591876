/** What differs between a bucket now and at a time, as far as a restore may change it. */
import type { ObjectVersion, S3Gateway } from '../../../aws/s3.ts';
import { DRILL } from '../request.ts';
import { sameContent } from './versions.ts';

/** An object that was there at the time and is not, or is another, now. */
export interface Lost {
  /** What it was. */
  readonly version: ObjectVersion;
  /** Delete markers that hide it, newest first; empty: it was overwritten, and a copy of the version brings it back. */
  readonly markers: readonly ObjectVersion[];
}

export interface Work {
  readonly lost: readonly Lost[];
  /** Every object that was there at the time, as it was. */
  readonly then: readonly ObjectVersion[];
  /** Objects that were not there at the time and are now: left alone. */
  readonly createdSince: number;
  /** Undefined when there is no version at all. */
  readonly oldest: Date | undefined;
}

/**
 * Compares what was under the prefix at `at` with what is there now. A version counts as there at its own time; S3's times are whole seconds.
 * What a drill made is left out.
 */
export async function workOf(bucket: string, prefix: string, at: Date, s3: S3Gateway): Promise<Work> {
  const versions = (await s3.versions(bucket, prefix)).filter(({ key }) => !key.startsWith(DRILL));
  const lost: Lost[] = [];
  const then: ObjectVersion[] = [];
  let createdSince = 0;
  for (const ofKey of byKey(versions)) {
    const wanted = ofKey.find(({ modified }) => modified <= at);
    if (wanted === undefined || wanted.deleted) {
      createdSince += ofKey[0]?.deleted === false ? 1 : 0;
      continue;
    }
    then.push(wanted);
    const found = await lossOf(bucket, wanted, ofKey.slice(0, ofKey.indexOf(wanted)), s3);
    lost.push(...(found === undefined ? [] : [found]));
  }
  const times = versions.map(({ modified }) => modified.getTime());
  const oldest = times.reduce<number | undefined>((least, time) => Math.min(least ?? time, time), undefined);
  return { lost, then, createdSince, oldest: oldest === undefined ? undefined : new Date(oldest) };
}

async function lossOf(
  bucket: string,
  version: ObjectVersion,
  newer: readonly ObjectVersion[],
  s3: S3Gateway,
): Promise<Lost | undefined> {
  const [newest] = newer;
  if (newest === undefined) {
    return undefined;
  }
  if (newer.every(({ deleted }) => deleted)) {
    return { version, markers: newer };
  }
  const same = !newest.deleted && (await sameContent(bucket, newest, version, s3));
  return same ? undefined : { version, markers: [] };
}

function byKey(versions: readonly ObjectVersion[]): ObjectVersion[][] {
  const groups = new Map<string, ObjectVersion[]>();
  for (const version of versions) {
    groups.set(version.key, [...(groups.get(version.key) ?? []), version]);
  }
  return [...groups.values()];
}

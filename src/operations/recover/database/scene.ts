/** What a restore of a database is asked for and has found out. */
import type { DBInstance } from '../../../aws/rds/rds.ts';
import type { Ports } from '../../ports.ts';
import type { RecoverRequest } from '../request.ts';
import { RUN_TAG, SOURCE_TAG } from './settings.ts';
import type { DatabaseOrigin, Source } from './source.ts';

export interface DatabaseRestoreInputs extends DatabaseOrigin {
  /** Identifier of the new instance; undefined: `<instance>-restored`. */
  readonly to: string | undefined;
  /** A command of the user's that asks the restored database; gives its exit code, or null when it did not end by itself. */
  readonly ask: ((variables: Readonly<Record<string, string>>) => Promise<number | null>) | undefined;
}

export interface Scene {
  readonly target: string;
  readonly request: RecoverRequest;
  readonly inputs: DatabaseRestoreInputs;
  /** Undefined when it is gone. */
  readonly original: DBInstance | undefined;
  readonly source: Source;
  readonly ports: Ports;
}

/** What the new instance is known by; a tag's value takes blanks, colons, slashes and hyphens. */
export function tagsOf({ inputs: { instance }, source, request }: Scene): Record<string, string> {
  const from = 'snapshot' in source.from ? `snapshot ${source.from.snapshot}` : source.at.toISOString();
  return { [SOURCE_TAG]: `${instance} ${from}`, [RUN_TAG]: request.run.id };
}

/** An instance of that name that this run, or one with the same aim, made is gone on with. */
export function isOurs({ TagList = [] }: DBInstance, scene: Scene): boolean {
  const wanted = tagsOf(scene);
  const has = (key: string) => TagList.some(({ Key, Value }) => Key === key && Value === wanted[key]);
  return has(RUN_TAG) || (!scene.request.drill && has(SOURCE_TAG));
}

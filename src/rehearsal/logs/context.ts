import path from 'node:path';
import type { InternalCall } from '../wire/operation.ts';
import { errors } from './errors.ts';
import { LogFile } from './log-file.ts';
import { createStreamSource, type LogStreamRecord, type StreamSource } from './stream-source.ts';

/** What the operations share. */
export interface LogsContext {
  readonly source: StreamSource;
  /** The same object for the same stream, as it remembers when lines were first seen. */
  fileOf(stream: LogStreamRecord): LogFile;
  arnOf(stream: LogStreamRecord): string;
}

export interface LogsOptions {
  /** How CloudWatch Logs asks ECS which tasks there are. */
  readonly call: InternalCall;
  /** Where the tasks write their logs. */
  readonly logDirectory: string;
  readonly accountId: string;
  readonly region: string;
}

/** Files are where ECS's tasks write them: `<task id>-<container>.log`. */
export function createContext({ call, logDirectory, accountId, region }: LogsOptions): LogsContext {
  const files = new WeakMap<LogStreamRecord, LogFile>();
  return {
    source: createStreamSource(call, region),
    arnOf: ({ group, name }) => `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${name}`,
    fileOf: (stream) => {
      const name = `${stream.taskId}-${stream.container}.log`;
      const file = files.get(stream) ?? new LogFile(path.join(logDirectory, name));
      files.set(stream, file);
      return file;
    },
  };
}

/** The name of the group that a request means, by name or by ARN. @throws AwsError InvalidParameterException unless exactly one is given */
export function groupOf(input: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined)) {
    throw errors.invalid('Exactly one of logGroupName and logGroupIdentifier must be specified.');
  }
  return name ?? identifier?.replace(/^arn:aws[^:]*:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '') ?? '';
}

/** `limit` or its default. @throws AwsError InvalidParameterException outside 1 to `most` */
export function limitOf(limit: number | undefined, most: number): number {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= most)) {
    throw errors.invalid(`limit must be between 1 and ${most}, got ${limit}.`);
  }
  return limit ?? most;
}

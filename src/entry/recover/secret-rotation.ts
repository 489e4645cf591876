/** `rotate-secret`'s inputs out of what a person gives: the new value from a file or stdin, and the command that revokes. */
import { readFile } from 'node:fs/promises';
import type { RotateSecretInputs } from '../../operations/recover/secret/scene.ts';
import type { ProcedureValues } from './options.ts';
import { runCommand } from './user-command.ts';

/** More is no secret of Secrets Manager's, and is not read. */
const MOST_BYTES = 1024 * 1024;

/** Reads the new value; why it cannot be read is for the plan to say, as a run that goes on may not need it. */
export async function rotationOf(values: ProcedureValues, signal: AbortSignal): Promise<RotateSecretInputs> {
  const { secret = '', valueFile, keepNewline = false, undo = false, revoke, revokeWithValue = false } = values;
  return {
    secret,
    value: valueFile === undefined ? undefined : await readValue(valueFile),
    keepNewline,
    undo,
    checkUrl: values.checkUrl,
    revoke:
      revoke === undefined
        ? undefined
        : { withOldValue: revokeWithValue, run: (variables, stdin) => runCommand(revoke, variables, stdin, signal) },
  };
}

async function readValue(file: string): Promise<RotateSecretInputs['value']> {
  if (file !== '-') {
    return readFile(file).then(
      (bytes) => ({ bytes }),
      (error: unknown) => ({ problem: error instanceof Error ? error.message : String(error) }),
    );
  }
  if (process.stdin.isTTY) {
    return { problem: 'stdin is a terminal, which would show the value as it is typed: pipe it in, or name a file' };
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) {
      return { problem: 'stdin holds more than a secret can' };
    }
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}

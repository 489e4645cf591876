/** The journal of a procedure on disk, beside the report: each line is there once the call that writes it returns. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../errors.ts';
import { type JournalEntry, type Note, readEntries } from '../../operations/recover/journal.ts';

export interface JournalFile {
  readonly file: string;
  readonly entries: readonly JournalEntry[];
  readonly note: Note;
}

/**
 * The journal of that procedure with those inputs, in `folder`; nothing is written before the first note.
 * @throws InputError when what is there is no journal
 */
export function journalFile(folder: string, procedure: string, inputs: Readonly<Record<string, string>>): JournalFile {
  const identity = createHash('sha256')
    .update(JSON.stringify(Object.entries(inputs).sort()))
    .digest('hex')
    .slice(0, 12);
  const file = path.resolve(folder, `recover-${procedure}-${identity}.journal.ndjson`);
  const text = readOr(file, '');
  const entries = readEntries(text);
  if (entries === undefined) {
    throw new InputError(
      'journal-unreadable',
      `${file} is not a journal of this version of surefoot: what an earlier run did is not known. Move it away to begin a new run`,
    );
  }
  const whole = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
  let cut = whole < Buffer.byteLength(text);
  return {
    file,
    entries,
    note(entry) {
      if (cut) {
        truncateSync(file, whole);
        cut = false;
      }
      append(file, `${JSON.stringify(entry)}\n`);
    },
  };
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return otherwise;
    }
    throw new InputError(
      'journal-unreadable',
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Synced, so that a machine that dies after it still knows. */
function append(file: string, line: string): void {
  const handle = openSync(file, 'a', 0o600);
  try {
    writeSync(handle, line);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

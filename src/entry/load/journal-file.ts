/** The file of `surefoot load --journal`. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { InputError } from '../../errors.ts';
import { RevisionJournal } from '../../measure/counting/revision-journal.ts';
import type { StreamEvent } from '../../measure/counting/stream.ts';
import type { RunningLoad } from '../../measure/types.ts';
import type { PlannedLoad } from '../../operations/load/plan.ts';

export interface JournalOfLoad {
  /** To be told of the events of this load, where it is the one that is journalled. */
  eventsOf(load: object): { readonly onEvent?: (event: StreamEvent) => void };
  /** The load as it was started; with its end the journal has all of it. */
  whole(load: object, running: RunningLoad): RunningLoad;
}

/**
 * A new file, each line of which is there once it is written; without a name nothing is written. What a probe beside the load sends is not
 * in it.
 * @throws InputError when the file is there already, or cannot be made
 */
export function openJournal(file: string | undefined, planned: Pick<PlannedLoad, 'load' | 'request'>): JournalOfLoad {
  if (file === undefined) {
    return { eventsOf: () => ({}), whole: (_load, running) => running };
  }
  create(file);
  const { judge } = planned.request.target.deploy;
  const thresholds = planned.request.objectives.flatMap(({ thresholdSeconds }) => thresholdSeconds ?? []);
  const journal = new RevisionJournal(
    [...new Set([...thresholds, ...(judge?.slowerThanSeconds === undefined ? [] : [judge.slowerThanSeconds])])],
    (line) => appendFileSync(file, `${line}\n`),
  );
  return {
    eventsOf: (load) => (load === planned.load ? { onEvent: (event) => journal.take(event) } : {}),
    whole(load, running) {
      if (load === planned.load) {
        void running.done.catch(() => undefined).then(() => journal.finish());
      }
      return running;
    },
  };
}

function create(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new InputError(
      'journal-file',
      exists
        ? `--journal ${file} is there already, and may be what a deployment was judged by: name another file`
        : `--journal ${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

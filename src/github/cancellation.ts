/** Signals of the runner: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end of the whole tree (actions/runner, ProcessInvoker). */
import { setMaxListeners } from 'node:events';
import { Cancelled, EXIT } from '../entry/outcome.ts';

/** After SIGINT: how long undoing may take before it is left to the post step, and when the process ends whatever happens. */
const UNDO_MS = 4000;
const LAST_MS = 5500;
/** After SIGTERM, of which 2.5 s are left. */
const UNDO_AFTER_TERM_MS = 1000;
const LAST_AFTER_TERM_MS = 2000;

export interface Cancellation {
  /** Aborts waits and calls at once. */
  readonly signal: AbortSignal;
  /** Aborts what is being undone, a little later. */
  readonly signalForUndo: AbortSignal;
}

/** Listens from now on. `tell` says what happens, in the log. */
export function listenForCancellation(tell: (text: string) => void): Cancellation {
  const work = new AbortController();
  const undo = new AbortController();
  setMaxListeners(0, work.signal, undo.signal);
  const end = (by: string, undoMs: number, lastMs: number) => {
    work.abort(new Cancelled(by));
    setTimeout(() => undo.abort(new Cancelled(by)), undoMs).unref();
    setTimeout(() => process.exit(EXIT.cancelled), lastMs).unref();
  };
  process.on('SIGINT', () => {
    if (work.signal.aborted) {
      undo.abort(new Cancelled('SIGINT'));
    } else {
      tell('cancelled (SIGINT): what was begun is undone; what cannot be finished in time is left to the post step');
      end('SIGINT', UNDO_MS, LAST_MS);
    }
  });
  process.on('SIGTERM', () => {
    tell('told to end (SIGTERM)');
    end('SIGTERM', UNDO_AFTER_TERM_MS, LAST_AFTER_TERM_MS);
  });
  return { signal: work.signal, signalForUndo: undo.signal };
}

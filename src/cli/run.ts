/** Runs one command: signals, timing, JSON or text, exit code. The only place that writes results. */
import { setMaxListeners } from 'node:events';
import type { Command } from 'commander';
import { Cancelled, exitCodeOf, failureOf, type Outcome, toJson } from '../entry/outcome.ts';
import type { SelectionOptions, Session } from '../entry/session.ts';
import { createReporter } from '../runtime/reporter.ts';
import { confirm } from './confirm.ts';

/** What every command on a platform takes. */
export interface CommonOptions extends SelectionOptions {
  readonly json?: boolean;
}

/** Adds the options that all commands on a platform share. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the platform file', 'surefoot.yml')
    .option('-e, --environment <name>', 'which environment of it')
    .option('-s, --service <name>', 'which service of it')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr');
}

/** Adds the option of commands that leave evidence. */
export function withReportOption(command: Command): Command {
  return command.option('--report-dir <folder>', 'where evidence and reports go', '.surefoot/reports');
}

/** Runs `work`, prints its outcome and sets the exit code; errors become one clear message. */
export async function run(
  operation: string,
  options: { readonly json?: boolean; readonly yes?: boolean },
  work: (session: Session) => Promise<Outcome>,
): Promise<void> {
  const startedAt = new Date();
  const controller = new AbortController();
  // Every AWS call in flight listens to it; there may be more than Node's guess at a leak.
  setMaxListeners(0, controller.signal);
  const undoing = new AbortController();
  setMaxListeners(0, undoing.signal);
  const cancel = cancelTwice(controller, undoing);
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  try {
    const outcome = await work({
      reporter: createReporter(process.stderr),
      signal: controller.signal,
      signalForUndo: undoing.signal,
      look: terminalLook(),
      confirm: (question, shown) => confirm(question, shown, options, controller.signal),
    });
    await print(
      options.json ? JSON.stringify(toJson(operation, startedAt, new Date(), outcome), null, 2) : outcome.text,
    );
    process.exitCode = exitCodeOf(outcome);
  } catch (error) {
    const failure = failureOf(controller.signal.aborted ? controller.signal.reason : error);
    if (options.json) {
      await print(JSON.stringify(toJson(operation, startedAt, new Date(), failure), null, 2));
    }
    process.stderr.write(`surefoot ${operation}: ${failure.message}\n`);
    process.exitCode = failure.exitCode;
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
  }
}

/** What a terminal and a wrapper such as npx send for one Ctrl+C arrives within this. */
const SAME_CANCELLATION_MS = 1000;

/** The first signal cancels; a later one also ends what is being undone. */
function cancelTwice(first: AbortController, second: AbortController): (signal: NodeJS.Signals) => void {
  let at = 0;
  return (signal) => {
    if (!first.signal.aborted) {
      at = Date.now();
      first.abort(new Cancelled(signal));
    } else if (Date.now() - at > SAME_CANCELLATION_MS) {
      second.abort(new Cancelled(`a second ${signal}`));
    }
  };
}

/** Resolves when the text has left for stdout, so that an exit right after loses nothing. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text === '' ? '' : `${text}\n`, () => resolve());
  });
}

/** How results may look on stdout: colour only in a terminal whose user did not refuse it (no-color.org). */
function terminalLook(): Session['look'] {
  return { columns: process.stdout.columns ?? 100, colour: process.stdout.isTTY === true && !process.env['NO_COLOR'] };
}

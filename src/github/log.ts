/** The step's log. The runner reads every line of it for commands, so that no text from outside may look like one. */
import { printable } from '../report/text.ts';
import type { OutputStream } from '../runtime/reporter.ts';

/**
 * `text` with every line inert: the runner takes `::command::` at the start of a line, after white space, and `##[command]` anywhere in it
 * (actions/runner, ActionCommand.TryParseV2 and TryParse). Characters that move the cursor or turn text around are shown instead.
 */
export function inert(text: string): string {
  return printable(text)
    .replace(/##(?=\[)/g, '##\u200b')
    .replace(/^(\s*):(?=:)/gm, '$1:\u200b');
}

/** A stream for a reporter that writes to the log without secrets and without commands. */
export function logStream(redact: (text: string) => string): OutputStream {
  return { write: (text) => process.stdout.write(inert(redact(text))) };
}

/** Ends the process once the log has left it: what a full pipe still holds back would be lost. Sockets that AWS keeps open do not hold it up. */
export function leave(exitCode: number): Promise<never> {
  return new Promise(() => {
    process.stdout.write('', () => process.exit(exitCode));
  });
}

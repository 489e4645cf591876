/** Progress for people, on stderr: one live line in a terminal, plain lines now and then elsewhere. Results go to stdout. */
import { styleText } from 'node:util';
import type { Reporter } from '../operations/ports.ts';

/** Seconds between progress lines where nothing can be overwritten. */
const PLAIN_INTERVAL_SECONDS = 5;

export interface OutputStream {
  write(text: string): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A reporter on `stream`; `now` gives milliseconds. */
export function createReporter(stream: OutputStream, now: () => number = Date.now): Reporter {
  const live = stream.isTTY === true && process.env['CI'] === undefined;
  const startedAt = now();
  let open = false;
  let lastPlain = Number.NEGATIVE_INFINITY;
  const colour = (style: 'dim' | 'bold' | 'yellow', text: string) =>
    live && !process.env['NO_COLOR'] ? styleText(style, text) : text;
  const stamp = () => colour('dim', `${((now() - startedAt) / 1000).toFixed(1).padStart(6)} s  `);
  const clear = () => {
    if (open) {
      stream.write('\r\u001b[2K');
      open = false;
    }
  };
  const line = (text: string) => {
    clear();
    stream.write(`${stamp()}${text}\n`);
  };
  return {
    stage: (title) => line(colour('bold', printable(title))),
    info: (text) => line(printable(text)),
    warn: (text) => line(colour('yellow', `warning: ${printable(text)}`)),
    progress(text) {
      if (live) {
        clear();
        const room = Math.max(20, (stream.columns ?? 80) - 12);
        stream.write(`${stamp()}${printable(text).slice(0, room)}`);
        open = true;
      } else if (now() - lastPlain >= PLAIN_INTERVAL_SECONDS * 1000) {
        lastPlain = now();
        line(printable(text));
      }
    },
  };
}

/** Text from outside must not move the cursor, clear the screen or start a workflow command. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, ' ').replace(/^::/, ' ::');
}

/**
 * k6's own log (`--log-format json`, on stderr). A failed request is a warning there and is counted elsewhere; errors are what matters:
 * an exception that the script throws leaves k6's exit code at 0 (grafana/k6#6480).
 */
const KEPT_MESSAGES = 3;
const LONGEST = 400;
/** What k6 logs as an error when it is asked to stop; its exit code says the same. */
const STOPPED = /^test run was aborted because k6 received/;

export class K6Log {
  #rest = '';
  #errors = 0;
  readonly #messages: string[] = [];

  /** Lines of level error or worse, and lines that are no log lines (a crash's stack). */
  get errors(): number {
    return this.#errors;
  }

  /** The first few of them, in one line of text; empty when there are none. */
  get summary(): string {
    return this.#messages.join(' | ');
  }

  /** Takes the next text of the log, cut anywhere. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, 16 * LONGEST);
    for (const line of lines) {
      this.#line(line);
    }
  }

  /** The log has ended. */
  finish(): void {
    this.#line(this.#rest);
    this.#rest = '';
  }

  #line(line: string): void {
    const text = line.trim();
    if (text === '') {
      return;
    }
    const entry = logEntry(text);
    if (entry !== undefined && (!/^(error|fatal|panic)$/.test(entry.level) || STOPPED.test(entry.message))) {
      return;
    }
    this.#errors += 1;
    const message = (entry?.message ?? text).replaceAll(/\s+/g, ' ').slice(0, LONGEST);
    if (this.#messages.length < KEPT_MESSAGES && !this.#messages.includes(message)) {
      this.#messages.push(message);
    }
  }
}

function logEntry(text: string): { level: string; message: string } | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && 'level' in line && 'msg' in line) {
      return { level: String(line.level), message: String(line.msg) };
    }
  } catch {
    // Not a log line: a crash, or a library that prints by itself.
  }
  return undefined;
}

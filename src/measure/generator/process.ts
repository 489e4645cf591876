/** Starting, watching and stopping the k6 process. What its output means is decided elsewhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OutsideError } from '../../errors.ts';
import { minimalEnvironment } from '../../tools/environment.ts';
import type { K6Exit } from './exit-codes.ts';

/** How long k6 may take to stop after a SIGINT; it interrupts its requests at once and only has to write what it counted. */
const STOP_PATIENCE_MS = 10_000;
/** Ticks of /proc/<pid>/stat per second: USER_HZ, 100 on every Linux that Node runs on (proc(5), times(2)). */
const TICKS_PER_SECOND = 100;

export interface K6Start {
  readonly k6: string;
  readonly script: string;
  readonly workDirectory: string;
  /** Beside those that every run has. */
  readonly arguments: readonly string[];
  /** What the script reads. Through the environment, for a command line can be read by every user of the machine. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onLog: (text: string) => void;
}

export interface K6End extends K6Exit {
  /** Seconds since 1970. */
  readonly at: number;
  /** When surefoot sent its SIGINT; undefined when it did not. */
  readonly stoppedAt: number | undefined;
}

export class K6Process {
  /** After the last byte of its output was passed on. */
  readonly ended: Promise<K6End>;
  readonly #child: ChildProcess;
  #stoppedAt: number | undefined;
  #endedAt: number | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.once('exit', () => {
      this.#endedAt = Date.now() / 1000;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        const at = this.#endedAt ?? Date.now() / 1000;
        resolve({ code, signal, at, stoppedAt: this.#stoppedAt, stopped: this.#stoppedAt !== undefined });
      });
    });
  }

  /**
   * Starts k6. It gets a process group of its own, so that Ctrl-C reaches surefoot alone, which then decides; when surefoot dies, k6
   * dies of its next write to the closed pipe.
   * @throws OutsideError `k6-not-started`
   */
  static async start(options: K6Start): Promise<K6Process> {
    // An empty configuration file in place of the user's own, which could change what is measured.
    const config = path.join(options.workDirectory, 'k6-config.json');
    await writeFile(config, '{}\n');
    const child = spawn(options.k6, k6Arguments(config, options), {
      cwd: options.workDirectory,
      env: {
        ...minimalEnvironment(process.env),
        TZ: 'UTC',
        K6_AUTO_EXTENSION_RESOLUTION: 'false',
        ...options.variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: false,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        const message = `k6 could not be started from ${options.k6}: ${error.message}`;
        reject(new OutsideError('k6-not-started', message, options.k6, { cause: error }));
      });
    });
    child.stdout.on('data', options.onOutput);
    child.stderr.setEncoding('utf8').on('data', options.onLog);
    return new K6Process(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** True until k6 has gone. */
  get isRunning(): boolean {
    return this.#endedAt === undefined;
  }

  /** Asks k6 to stop (it then ends with 105), and kills it when it does not within ten seconds. */
  stop(): void {
    if (!this.isRunning || this.#stoppedAt !== undefined) {
      return;
    }
    this.#stoppedAt = Date.now() / 1000;
    this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_PATIENCE_MS);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** CPU seconds that k6 has used; undefined where there is no /proc, or k6 has gone. */
  async cpuSeconds(): Promise<number | undefined> {
    try {
      return cpuSecondsIn(await readFile(`/proc/${this.#child.pid}/stat`, 'utf8'));
    } catch {
      return undefined;
    }
  }
}

/** Flags that mean the same in k6 1.8 and 2.2. An empty `--address` keeps the REST API off. */
function k6Arguments(config: string, options: Pick<K6Start, 'arguments' | 'script'>): string[] {
  return [
    ...['run', '--quiet', '--no-color', '--config', config],
    ...['--log-format', 'json', '--log-output', 'stderr'],
    ...['--out', 'json=-', '--summary-mode', 'disabled', '--no-thresholds', '--no-usage-report', '--address', ''],
    ...options.arguments,
    options.script,
  ];
}

/** utime + stime of /proc/<pid>/stat in seconds. The second field may hold blanks and brackets, so counting begins after the last bracket. */
export function cpuSecondsIn(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : undefined;
}

/** What scanning needs of the world. */
import type { Reporter } from '../../ports.ts';

export interface ToolRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly timeoutMs: number;
}

export interface ToolOutcome {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stderr: string;
  /** stderr was longer than what is kept. */
  readonly truncated: boolean;
  readonly seconds: number;
}

/**
 * Runs a program to its end, in a process group of its own, of which nothing is left afterwards; never through a shell.
 * @throws OutsideError `tool-missing` when it cannot be started; the signal's reason when aborted
 */
export type ToolRunner = (run: ToolRun, signal: AbortSignal) => Promise<ToolOutcome>;

export interface TreeFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** A symbolic link to a file. Links to folders are not followed. */
  readonly link: boolean;
}

export interface ScanFiles {
  /**
   * All files below a folder, except in folders of the names given, in the order of their paths, and the folder's own path without links;
   * undefined when there is no such folder.
   */
  list(
    root: string,
    except: ReadonlySet<string>,
  ): Promise<{ readonly root: string; readonly files: readonly TreeFile[] } | undefined>;
  /** Names of what is in a folder, by whether they are folders. */
  names(folder: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]>;
  /** undefined when there is no such file. @throws OutsideError `file-unreadable` */
  read(file: string): Promise<string | undefined>;
  write(file: string, text: string): Promise<void>;
  makeFolder(folder: string): Promise<void>;
  /** A new folder that nobody else can read. */
  scratch(): Promise<string>;
  remove(folder: string): Promise<void>;
}

export interface InstalledTool {
  readonly path: string;
  readonly version: string;
}

/** What surefoot ships for its scanners: absolute paths. */
export interface ScannerSettings {
  /** `tools/trivy/secrets.yaml` */
  readonly trivySecrets: string;
  /** `tools/checkov/proof`, for PYTHONPATH. */
  readonly checkovProof: string;
}

export interface ScanPorts {
  readonly trivy: InstalledTool;
  readonly checkov: InstalledTool;
  readonly settings: ScannerSettings;
  /**
   * Variables that programs need to run at all (PATH, TMPDIR, certificates); `network` are the proxies, and where Docker's credentials
   * are, given only to what has to fetch something.
   */
  readonly environment: {
    readonly base: Readonly<Record<string, string>>;
    readonly network: Readonly<Record<string, string>>;
  };
  readonly run: ToolRunner;
  readonly files: ScanFiles;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What surefoot knows of a tool that it starts: which versions it trusts, where they come from, how they are recognised. */

/** An official archive, trusted by its SHA-256 alone. */
export interface Release {
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly format: 'tar.gz' | 'zip';
  /** The program's path inside the archive. */
  readonly member: string;
}

/** What an install or a build gets to work with. */
export interface InstallContext {
  /** An empty folder; the tool is written below it. */
  readonly directory: string;
  /** The caller's environment; each program that is started gets only the part of it that it needs. */
  readonly environment: Environment;
  readonly reporter: ToolReporter;
  readonly signal: AbortSignal | undefined;
}

/** The part of a reporter that finding and installing a tool needs. */
export interface ToolReporter {
  info(text: string): void;
  warn(text: string): void;
  progress(text: string): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ToolSpec {
  /** The program's name on PATH and in messages. */
  readonly name: string;
  /** The version that is installed when none is there. */
  readonly version: string;
  /** Other versions that were tried and are accepted when they are found. */
  readonly alsoAccepted: readonly string[];
  /** Versions that must not run at all, each with what a person has to know and do. */
  readonly refused?: Readonly<Record<string, string>>;
  /** The environment variable that names a program to be used instead of all else. */
  readonly variable: string;
  readonly versionArguments: readonly string[];
  /** The version in the program's answer to `versionArguments`; undefined when this is another program. */
  readonly parseVersion: (output: string) => string | undefined;
  /** By platform key (`linux-x64`); a platform whose checksum is not known is left out. */
  readonly releases: Readonly<Record<string, Release>>;
  /** The way that needs no release: from the registry of the tool's language, with committed checksums. */
  readonly build: {
    /** For messages, e.g. `a build from the Go module in tools/k6`. */
    readonly label: string;
    /** A folder that belongs to the program, relative to `context.directory`; the cache holds it to what was installed, as the program. */
    readonly folder?: string;
    /** Puts the program into `context.directory` and returns its path relative to it. Rejects with an Error that says what to do. */
    readonly run: (context: InstallContext) => Promise<string>;
  };
}

export interface FoundTool {
  readonly path: string;
  readonly version: string;
  readonly source: 'explicit' | 'path' | 'cache' | 'release' | 'build';
}

/** `linux-x64`, `darwin-arm64`: Node's names for this machine. */
export function platformKey(): string {
  return `${process.platform}-${process.arch}`;
}

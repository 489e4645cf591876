/**
 * What the control plane and the task host tell each other. The task host is a process of its own that starts every task, so that
 * all of them can be ended when the control plane dies, however it dies: a broken channel makes the host kill every process group.
 */
import type { IoStress } from './io-stress.ts';

export interface StartProcess {
  readonly type: 'start';
  readonly id: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** stdout and stderr are appended here. */
  readonly logFile: string;
}

export type ToTaskHost =
  | StartProcess
  | { readonly type: 'signal'; readonly id: string; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** The group gets this share of the time (0 to 1) to run in, and stands still in the rest; 1 ends it. */
  | { readonly type: 'throttle'; readonly id: string; readonly share: number }
  /** Disk work beside the group's processes, in the folder of its log; null ends it. */
  | { readonly type: 'stress-io'; readonly id: string; readonly stress: IoStress | null }
  /** Signals the processes of the group whose program has this name; answered with `processes-signalled`. */
  | {
      readonly type: 'signal-processes';
      readonly request: number;
      readonly id: string;
      readonly program: string;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  | { readonly type: 'stop' };

export type FromTaskHost =
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly id: string; readonly pid: number }
  | { readonly type: 'failed'; readonly id: string; readonly message: string }
  | { readonly type: 'exited'; readonly id: string; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly type: 'processes-signalled'; readonly request: number; readonly count: number }
  | { readonly type: 'stopped' };

/** How a container image runs on this machine. */
export interface ImageRecipe {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How long AWS takes from PROVISIONING to a started process, in ms at speed 1 (pull, network interface); scaled by the clock. */
  readonly startDelayMs: number;
}

/** Finds the recipe of an image reference (`registry/name:tag` or `registry/name@sha256:…`); undefined = cannot be pulled. */
export type ImageCatalogue = (image: string) => ImageRecipe | undefined;

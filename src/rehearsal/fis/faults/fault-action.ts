/**
 * What an action of FIS does to the platform. One `FaultAction` is registered for each action id; an experiment with an action that has none
 * can be started with its actions skipped only.
 */
import type { InternalCall } from '../../wire/operation.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { durationMs } from '../duration.ts';
import type { Resource } from '../targets/resource.ts';

export interface FaultContext {
  readonly experimentId: string;
  readonly actionName: string;
  readonly clock: RehearsalClock;
  readonly call: InternalCall;
  readonly region: string;
  readonly accountId: string;
  /** Aborts when the experiment ends early, so that a start which waits can give up; `stop` is called in any case once it has resolved. */
  readonly signal: AbortSignal;
}

/** The resources to hit by the keys of the action's targets (`Tasks`); never an empty list. */
export type FaultTargets = ReadonlyMap<string, readonly Resource[]>;

/** A fault that has been injected. */
export interface ActiveFault {
  /** Resolves when the fault is over by itself and reverted; rejects when it failed, best with a `FaultFailure`. */
  readonly ended: Promise<void>;
  /** Ends the fault before its time and resolves when all that can be reverted is; also when it is over already. */
  stop(): Promise<void>;
}

export interface FaultAction {
  /** Injects the fault; resolves when it is there. The template's checks have seen the parameters. */
  start(
    targets: FaultTargets,
    parameters: Readonly<Record<string, string>>,
    context: FaultContext,
  ): Promise<ActiveFault>;
}

/** By action id (`aws:ecs:stop-task`). */
export type FaultActions = ReadonlyMap<string, FaultAction>;

/** FIS's codes of failures. Source: https://docs.aws.amazon.com/fis/latest/userguide/troubleshooting.html#error-codes */
export type FailureCode =
  | 'AuthorizationFailure'
  | 'ConfigurationFailure'
  | 'DependentServiceFailure'
  | 'InternalFailure'
  | 'InvalidTarget'
  | 'QuotaExceededFailure';

/** Why an experiment fails. */
export class FaultFailure extends Error {
  readonly code: FailureCode;
  /** The action or the target that it is about. */
  readonly location: string;

  constructor(code: FailureCode, location: string, message: string) {
    super(message);
    this.name = 'FaultFailure';
    this.code = code;
    this.location = location;
  }
}

/** A fault that lasts for the parameter `duration`, shortened by the clock, and is then reverted, once. */
export function lasting(
  parameters: Readonly<Record<string, string>>,
  clock: RehearsalClock,
  revert: () => Promise<void> = async () => {},
): ActiveFault {
  const early = new AbortController();
  const ended = clock.sleepScaled(durationMs(parameters['duration'] ?? '') ?? 0, early.signal).then(revert, revert);
  return {
    ended,
    stop: () => {
      early.abort(new Error('the action was stopped'));
      return ended;
    },
  };
}

/** A fault that is done as soon as it is injected, and cannot be reverted. */
export const DONE: ActiveFault = { ended: Promise.resolve(), stop: () => Promise.resolve() };

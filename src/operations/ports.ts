/** What operations need of the world, handed in as one typed argument, so that tests use real parts and no module is mocked. */
import type { AwsGateways } from '../aws/gateways.ts';
import type { ServiceInEnvironment } from '../platform/model.ts';

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where progress goes: plain lines in CI and logs, live in a terminal. Nothing here is a result. */
export interface Reporter {
  /** A new phase of the work. */
  stage(title: string): void;
  info(text: string): void;
  warn(text: string): void;
  /** Replaces the last progress line in a terminal; printed at most every few seconds elsewhere. */
  progress(text: string): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** One HTTP request; rejects with an Error whose message names the cause (refused, timeout, …). */
export type HttpProbe = (request: {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Bytes of the body that are read, 64 KiB when left out; the rest is dropped. */
  readonly longestBody?: number;
  readonly signal?: AbortSignal;
}) => Promise<HttpAnswer>;

/** A one-off task that a run has started, or is about to. */
export interface BegunTask {
  /** What it is called in messages, e.g. `job import`. */
  readonly name: string;
  readonly cluster: string;
  /** What its tasks are known by. */
  readonly startedBy: string;
  /** When it was about to be started, ISO 8601. */
  readonly since: string;
  /** Undefined until AWS has answered. */
  readonly arn?: string;
}

/** Told of what an operation begins, before it is done: another process can then undo it, should this one die. */
export interface Journal {
  /** The service is about to be changed; once it is known, to this task definition. */
  updating(target: ServiceInEnvironment, taskDefinition?: string): void;
  /** This run answers for the service deployment with this ARN from now on. */
  deploying(target: ServiceInEnvironment, arn: string): void;
  /** A one-off task is about to be started, or has been, with this ARN. */
  running(task: BegunTask): void;
  /** The one-off task has ended, or was stopped. */
  ran(): void;
  /** A dry run or a run of an experiment is about to be made; what it makes carries this id. A schedule of this name may stop it. */
  previewing(runId: string, schedule?: string): void;
  /** Nothing of it is left. */
  previewed(): void;
}

export interface Ports {
  /** Calls end early when `signal` aborts. */
  readonly aws: AwsGateways;
  /** For what must still be sent after a cancellation: undoing, never doing. */
  readonly awsForUndo: AwsGateways;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly http: HttpProbe;
  readonly signal: AbortSignal;
  /** Aborts when there is no time left even for undoing: at a second cancellation. Undefined: undoing may take its time. */
  readonly signalForUndo?: AbortSignal;
  /** Undefined where nobody would read it. */
  readonly journal?: Journal;
}

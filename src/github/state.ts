/** What a step leaves for its post step, which may be all that is left of it: written before something is begun, and after. */
import { getState, saveState } from '@actions/core';
import type { Guards } from '../entry/session.ts';
import type { BegunTask, Journal } from '../operations/ports.ts';
import type { Platform, ServiceInEnvironment } from '../platform/model.ts';

const NAME = 'surefoot';
const VERSION = 1;

/** A deployment that the step has begun, or was about to. */
export interface Begun {
  readonly platform: string;
  readonly region: string;
  readonly target: ServiceInEnvironment;
  /** When the service was about to be updated, ISO 8601. */
  readonly since: string;
  /** What the candidate runs; undefined for a deployment that was under way already. */
  readonly taskDefinition?: string;
  /** Undefined until ECS has listed the deployment. */
  readonly arn?: string;
  /** The GitHub deployment that was made for it. */
  readonly githubDeployment?: number;
  /** No other service is in the environment. */
  readonly onlyService?: boolean;
}

/** Inputs are evaluated again for the post step; what decides where it may go is kept instead. */
export interface State {
  readonly version: typeof VERSION;
  readonly operation: string;
  readonly guards: Guards;
  readonly begun?: Begun;
  /** A one-off task that was started and has not been seen to its end. */
  readonly task?: BegunTask & { readonly region: string };
  /** A dry run or a run of an experiment that may have left a template, what runs of it, and a schedule that would stop it. */
  readonly preview?: { readonly runId: string; readonly region: string; readonly schedule?: string };
  /** The step has seen everything to its end itself. */
  readonly finished: boolean;
}

export interface StateKeeper {
  readonly state: State;
  begun(change: Partial<Begun>): void;
  /** Undefined: none is left. */
  task(begun: State['task']): void;
  /** Undefined: none is left. */
  preview(begun: State['preview']): void;
  finish(): void;
}

/** Keeps the state; every change is in the state file when the call returns. */
export function keepState(operation: string, guards: Guards): StateKeeper {
  let state: State = { version: VERSION, operation, guards, finished: false };
  const write = (next: State) => {
    state = next;
    saveState(NAME, JSON.stringify(state));
  };
  return {
    get state() {
      return state;
    },
    begun: (change) => write({ ...state, begun: { ...(state.begun as Begun), ...change } }),
    task: (begun) => {
      const { task: _, ...rest } = state;
      write(begun === undefined ? rest : { ...rest, task: begun });
    },
    preview: (begun) => {
      const { preview: _, ...rest } = state;
      write(begun === undefined ? rest : { ...rest, preview: begun });
    },
    finish: () => {
      if (state.begun !== undefined) {
        write({ ...state, finished: true });
      }
    },
  };
}

/** A journal that goes into the state; `onDeploying` is called once the deployment is known. */
export function journalInto(
  keeper: StateKeeper,
  platform: Platform,
  environment: string,
  onDeploying: (begun: Begun) => void,
): Journal {
  const region = platform.environments[environment]?.region ?? '';
  const about = (target: ServiceInEnvironment) => ({
    platform: platform.name,
    region,
    target: { ...target, rehearsal: undefined },
    since: keeper.state.begun?.since ?? new Date().toISOString(),
  });
  return {
    updating: (target, taskDefinition) =>
      keeper.begun({ ...about(target), ...(taskDefinition === undefined ? {} : { taskDefinition }) }),
    deploying: (target, arn) => {
      const begun = { ...about(target), arn };
      keeper.begun(begun);
      onDeploying(begun);
    },
    running: (task) => keeper.task({ ...task, region }),
    ran: () => keeper.task(undefined),
    previewing: (runId, schedule) => keeper.preview({ runId, region, ...(schedule === undefined ? {} : { schedule }) }),
    previewed: () => keeper.preview(undefined),
  };
}

/** The state that the main step has left; undefined when it had begun nothing. */
export function loadState(): State | undefined {
  const text = getState(NAME);
  const state = text === '' ? undefined : (JSON.parse(text) as State);
  return state?.version === VERSION ? state : undefined;
}

/** What every part of the emulated ECS works with. */
import type { InternalCall } from '../wire/operation.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { TaskHost } from '../world/tasks/client.ts';
import type { ZoneRelays } from '../world/zone-relay/client.ts';
import type { Account } from './names.ts';
import type { Stage, StepBake } from './plan/stages.ts';
import type { ResolvedImage } from './records/revision.ts';
import type { TaskRecord } from './records/task.ts';
import type { EcsState } from './state.ts';
import type { TaskLogs } from './tasks/task-logs.ts';

/** What happened, in order, for the platform's log and for tests; AWS sends the like to EventBridge. */
export type EcsEvent =
  | { readonly type: 'task'; readonly taskArn: string; readonly group: string; readonly lastStatus: string }
  | { readonly type: 'stage'; readonly deploymentArn: string; readonly stage: Stage }
  | {
      readonly type: 'hook';
      readonly deploymentArn: string;
      readonly hookId: string;
      readonly stage: Stage;
      readonly status: string;
    }
  | {
      readonly type: 'deployment';
      readonly deploymentArn: string;
      readonly status: string;
      readonly reason: string | undefined;
    }
  | { readonly type: 'service'; readonly serviceArn: string; readonly message: string };

/** What ECS finds in place. */
export interface Surroundings {
  readonly clock: RehearsalClock;
  /** How ECS reaches ELBv2: the same operations that a client sees. */
  readonly call: InternalCall;
  readonly addresses: AddressPlan;
  readonly taskHost: TaskHost;
  /** What an image reference stands for; undefined = cannot be pulled. */
  readonly resolveImage: (reference: string) => ResolvedImage | undefined;
  /** Subnet id → zone. */
  readonly subnets: ReadonlyMap<string, string>;
  /** How tasks reach databases; undefined: at the addresses that their environment says. */
  readonly zoneRelays?: Pick<ZoneRelays, 'lead' | 'release'> | undefined;
}

export interface EcsWorld extends Surroundings {
  readonly account: Account;
  readonly logs: TaskLogs;
  readonly state: EcsState;
  readonly emit: (event: EcsEvent) => void;
  readonly stepBake: StepBake;
  /** Aborts when the platform stops. */
  readonly ended: AbortSignal;
}

/** Told by a task of what becomes of it. */
export interface TaskObserver {
  changed(task: TaskRecord): void;
  registered(task: TaskRecord, targetGroupArn: string): void;
  deregistered(task: TaskRecord, targetGroupArn: string): void;
  draining(task: TaskRecord): void;
}

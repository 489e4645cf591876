/** What the emulated ECS remembers of tasks. Records are changed in place by their controllers. */
import type { LaunchType, TaskOverride, TaskStopCode } from '@aws-sdk/client-ecs';
import type { TaskAddress } from '../../world/addresses/plan.ts';
import type { Cluster, TaskDefinitionRecord } from './cluster.ts';

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface ContainerRecord {
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly stopTimeoutMs: number;
  readonly runtimeId: string;
  readonly cpu: number;
  readonly memory: number | undefined;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  digest: string | undefined;
  /** Which version of which secret it got in its environment. */
  readonly secretVersions: { readonly secret: string; readonly version: string }[];
  pid: number | undefined;
  exitCode: number | undefined;
  reason: string | undefined;
}

/** A registration in a target group. `health` is what DescribeTargetHealth said last. */
export interface TaskTarget {
  readonly targetGroupArn: string;
  readonly host: string;
  readonly port: number;
  health: string;
  reason: string | undefined;
}

export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinitionRecord;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly zone: string;
  readonly subnetId: string | undefined;
  readonly launchType: LaunchType;
  readonly platformVersion: string;
  readonly enableExecuteCommand: boolean;
  readonly tags: Map<string, string>;
  /** What RunTask changed of the task definition. */
  readonly overrides: TaskOverride;
  readonly networkInterface: { readonly attachmentId: string; readonly interfaceId: string; readonly mac: string };
  readonly containers: readonly ContainerRecord[];
  readonly createdAt: Date;
  /** One for each port that was asked of the address plan; the first is the task's own address. */
  readonly addresses: TaskAddress[];
  targets: TaskTarget[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** It was healthy at least once. */
  wasHealthy: boolean;
  version: number;
  connectivityAt: Date | undefined;
  pullStartedAt: Date | undefined;
  pullStoppedAt: Date | undefined;
  startedAt: Date | undefined;
  stoppingAt: Date | undefined;
  executionStoppedAt: Date | undefined;
  stoppedAt: Date | undefined;
  stopCode: TaskStopCode | undefined;
  stoppedReason: string | undefined;
}

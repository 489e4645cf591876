/** What the emulated ECS remembers of clusters and task definitions. Records are changed in place by their controllers. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';

/** A cluster without what is in it. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: { readonly name: 'containerInsights'; readonly value: string }[];
  readonly tags: Map<string, string>;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** As AWS gives it back, with its defaults filled in; `status` changes when it is deregistered. */
  definition: TaskDefinition;
  readonly tags: Map<string, string>;
}

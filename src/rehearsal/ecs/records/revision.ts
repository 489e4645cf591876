/** What the emulated ECS remembers of the revisions that services run. */
import type { LaunchType, LoadBalancer, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { ImageRecipe } from '../../world/tasks/protocol.ts';
import type { TaskDefinitionRecord } from './cluster.ts';

/** What an image reference stood for when the revision first used it (versionConsistency: the tag is looked up once). */
export interface ResolvedImage {
  readonly digest: string;
  readonly recipe: ImageRecipe;
}

/** Where a revision's tasks are registered: the service's configuration with the live group worked out. */
export interface ResolvedTarget {
  readonly targetGroupArn: string;
  /** The other group of a blue-green pair; where the next revision goes. */
  readonly alternateTargetGroupArn: string | undefined;
  readonly productionListenerRule: string | undefined;
  readonly testListenerRule: string | undefined;
  readonly containerName: string;
  readonly containerPort: number;
}

/** A service revision: what one deployment brings. */
export interface RevisionRecord {
  readonly arn: string;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targets: readonly ResolvedTarget[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly launchType: LaunchType;
  readonly platformVersion: string;
  readonly createdAt: Date;
  /** By container name; filled when the first task pulls. */
  readonly images: Map<string, ResolvedImage>;
}

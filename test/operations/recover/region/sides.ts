/** Two regions with what a service has in each of them, and what a test may wish otherwise. */
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface Side {
  readonly region: string;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly rds: RDSClient;
  readonly secrets: SecretsManagerClient;
  readonly cloudwatch: CloudWatchClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  /** Of its load balancer. */
  readonly dnsName: string;
  readonly digest: string;
}

export interface World {
  readonly primary: Side;
  readonly standby: Side;
  readonly route53: Route53Client;
  readonly zone: string;
  records(): Promise<ResourceRecordSet[]>;
  /** The names that DNS gives a client just now: by weights, or the first of the failover policy. */
  answers(): Promise<string[]>;
  stop(): void;
}

export interface Wishes {
  /** Desired counts. */
  readonly tasks?: readonly [primary: number, standby: number];
  /** Bound of the standby's scalable target. */
  readonly maximum?: number;
  readonly standbyImage?: 'same' | 'other' | 'missing' | 'of the primary';
  readonly secret?: 'there' | 'missing' | 'of the primary';
  readonly policy?: 'weighted' | 'failover' | 'simple';
  readonly lagSeconds?: number;
  readonly replica?: boolean;
}

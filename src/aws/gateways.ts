/** One small gateway per AWS service; the only way for operations to reach AWS. */
import type { AutoScalingGateway } from './application-auto-scaling.ts';
import type { ApplicationSignalsGateway } from './application-signals.ts';
import type { ArcRoutingGateway } from './arc-routing.ts';
import type { Clients } from './clients.ts';
import type { CloudWatchGateway } from './cloudwatch/cloudwatch.ts';
import type { DynamoDbGateway } from './dynamodb/dynamodb.ts';
import type { DynamoDbScalingGateway } from './dynamodb/scaling.ts';
import type { EcrGateway } from './ecr.ts';
import { createEcsGateway, type EcsGateway } from './ecs.ts';
import type { Elbv2Gateway } from './elbv2/elbv2.ts';
import type { FisGateway } from './fis/fis.ts';
import type { LogsGateway } from './logs.ts';
import type { RdsGateway } from './rds/rds.ts';
import type { RdsReplicaGateway } from './rds/replicas.ts';
import type { RegionSwitchGateway } from './region-switch/region-switch.ts';
import type { Route53Gateway } from './route53.ts';
import type { S3Gateway } from './s3.ts';
import type { SchedulerGateway } from './scheduler.ts';
import type { SecretsManagerGateway } from './secrets-manager.ts';
import type { ServiceQuotasGateway } from './service-quotas.ts';
import type { TaggingGateway } from './tagging.ts';

export interface AwsGateways {
  readonly ecs: EcsGateway;
  readonly elbv2: Elbv2Gateway;
  readonly cloudwatch: CloudWatchGateway;
  readonly ecr: EcrGateway;
  readonly logs: LogsGateway;
  readonly autoScaling: AutoScalingGateway;
  readonly applicationSignals: ApplicationSignalsGateway;
  readonly fis: FisGateway;
  readonly scheduler: SchedulerGateway;
  readonly tagging: TaggingGateway;
  readonly s3: S3Gateway;
  readonly dynamodb: DynamoDbGateway;
  readonly dynamodbScaling: DynamoDbScalingGateway;
  readonly secretsManager: SecretsManagerGateway;
  readonly route53: Route53Gateway;
  readonly arcRouting: ArcRoutingGateway;
  readonly rdsReplicas: RdsReplicaGateway;
  readonly rds: RdsGateway;
  readonly serviceQuotas: ServiceQuotasGateway;
  readonly regionSwitch: RegionSwitchGateway;
  /** The account that the credentials belong to. */
  account(): Promise<string>;
}

/** Gateways over `clients`; `signal` ends their calls early. What must still be sent after a cancellation uses gateways without it. */
export function createGateways(clients: Clients, signal?: AbortSignal): AwsGateways {
  return {
    ecs: whenCalled(async () => createEcsGateway(await clients.ecs(), signal)),
    elbv2: whenCalled(async () => (await import('./elbv2/elbv2.ts')).createElbv2Gateway(await clients.elbv2(), signal)),
    cloudwatch: whenCalled(async () =>
      (await import('./cloudwatch/cloudwatch.ts')).createCloudWatchGateway(await clients.cloudwatch(), signal),
    ),
    ecr: whenCalled(async () => (await import('./ecr.ts')).createEcrGateway(await clients.ecr(), signal)),
    logs: whenCalled(async () => (await import('./logs.ts')).createLogsGateway(await clients.logs(), signal)),
    autoScaling: whenCalled(async () =>
      (await import('./application-auto-scaling.ts')).createAutoScalingGateway(await clients.autoScaling(), signal),
    ),
    applicationSignals: whenCalled(async () =>
      (await import('./application-signals.ts')).createApplicationSignalsGateway(
        await clients.applicationSignals(),
        signal,
      ),
    ),
    fis: whenCalled(async () => (await import('./fis/fis.ts')).createFisGateway(await clients.fis(), signal)),
    scheduler: whenCalled(async () =>
      (await import('./scheduler.ts')).createSchedulerGateway(await clients.scheduler(), signal),
    ),
    tagging: whenCalled(async () =>
      (await import('./tagging.ts')).createTaggingGateway(await clients.tagging(), signal),
    ),
    s3: whenCalled(async () => (await import('./s3.ts')).createS3Gateway(await clients.s3(), signal)),
    dynamodb: whenCalled(async () =>
      (await import('./dynamodb/dynamodb.ts')).createDynamoDbGateway(await clients.dynamodb(), signal),
    ),
    dynamodbScaling: whenCalled(async () =>
      (await import('./dynamodb/scaling.ts')).createDynamoDbScalingGateway(await clients.autoScaling(), signal),
    ),
    route53: whenCalled(async () =>
      (await import('./route53.ts')).createRoute53Gateway(await clients.route53(), signal),
    ),
    arcRouting: whenCalled(async () =>
      (await import('./arc-routing.ts')).createArcRoutingGateway(clients.recoveryCluster, signal),
    ),
    rds: whenCalled(async () => (await import('./rds/rds.ts')).createRdsGateway(await clients.rds(), signal)),
    rdsReplicas: whenCalled(async () =>
      (await import('./rds/replicas.ts')).createRdsReplicaGateway(await clients.rds(), signal),
    ),
    serviceQuotas: whenCalled(async () =>
      (await import('./service-quotas.ts')).createServiceQuotasGateway(await clients.serviceQuotas(), signal),
    ),
    regionSwitch: whenCalled(async () =>
      (await import('./region-switch/region-switch.ts')).createRegionSwitchGateway(
        await clients.regionSwitch(),
        signal,
      ),
    ),
    secretsManager: whenCalled(async () =>
      (await import('./secrets-manager.ts')).createSecretsManagerGateway(await clients.secretsManager(), signal),
    ),
    account: async () => (await import('./sts.ts')).callerAccount(await clients.sts(), signal),
  };
}

/** A gateway that is made at its first call. All its members must be functions that give promises. */
function whenCalled<Gateway extends object>(make: () => Promise<Gateway>): Gateway {
  let gateway: Promise<Gateway> | undefined;
  return new Proxy({} as Gateway, {
    get:
      (_, member) =>
      async (...args: readonly unknown[]) => {
        gateway ??= make();
        const made = await gateway;
        return (made[member as keyof Gateway] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
      },
  });
}

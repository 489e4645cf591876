/** The SDK clients, made in one place: region, endpoint, retries and user agent are decided here and nowhere else. */
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { ApplicationSignalsClient } from '@aws-sdk/client-application-signals';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { STSClient } from '@aws-sdk/client-sts';
import type { ClusterEndpoint } from './arc-routing.ts';
import { ECSClient } from './ecs.ts';
import type { FisClient } from './fis/client.ts';
import type { RegionSwitchClient } from './region-switch/region-switch.ts';
import { refuseForeignHosts } from './where-to.ts';

export interface ClientOptions {
  readonly region: string;
  /** Overrides every service's endpoint; without it the SDK's own rules hold (`AWS_ENDPOINT_URL` among them). */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly version: string;
  /** Pairs that the user agent of every call carries besides surefoot's own. */
  readonly userAgent?: readonly (readonly [name: string, version: string])[];
  /** False: a request that would go neither to AWS nor to this machine is refused before it is signed, whatever named that endpoint. */
  readonly foreignEndpoints?: boolean;
  /** Attempts for each call, the first one included. */
  readonly maxAttempts?: number;
  /** How long one attempt may take to connect, and to be answered, in ms; then it counts as failed and is tried again. */
  readonly timeouts?: { readonly connectionMs: number; readonly answerMs: number };
}

/** No call of these services takes seconds. The SDK itself would wait for ever. */
const TIMEOUTS = { connectionMs: 5000, answerMs: 30_000 };

/** Each is loaded and made when it is first asked for: most commands need few of them besides ECS, and loading takes longer than calling. */
export interface Clients {
  ecs(): Promise<ECSClient>;
  elbv2(): Promise<ElasticLoadBalancingV2Client>;
  cloudwatch(): Promise<CloudWatchClient>;
  ecr(): Promise<ECRClient>;
  logs(): Promise<CloudWatchLogsClient>;
  autoScaling(): Promise<ApplicationAutoScalingClient>;
  applicationSignals(): Promise<ApplicationSignalsClient>;
  fis(): Promise<FisClient>;
  scheduler(): Promise<SchedulerClient>;
  tagging(): Promise<ResourceGroupsTaggingAPIClient>;
  sts(): Promise<STSClient>;
  s3(): Promise<S3Client>;
  dynamodb(): Promise<DynamoDBClient>;
  secretsManager(): Promise<SecretsManagerClient>;
  route53(): Promise<Route53Client>;
  rds(): Promise<RDSClient>;
  serviceQuotas(): Promise<ServiceQuotasClient>;
  regionSwitch(): Promise<RegionSwitchClient>;
  /** One for each endpoint of a cluster: they are not found by region. */
  recoveryCluster(endpoint: ClusterEndpoint): Promise<Route53RecoveryClusterClient>;
  destroy(): void;
}

/**
 * Makes the clients; nothing is sent yet. Retries are the SDK's (`standard`, 5 attempts): they know throttling from refusal, and they
 * repeat a call without an answer, so that AWS may see it more than once.
 */
export function createClients(options: ClientOptions): Clients {
  const { connectionMs, answerMs } = options.timeouts ?? TIMEOUTS;
  const configuration = {
    region: options.region,
    maxAttempts: options.maxAttempts ?? 5,
    requestHandler: {
      connectionTimeout: connectionMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      // The request's time-out ends with the answer's head; this one watches its body.
      socketTimeout: answerMs,
    },
    customUserAgent: [['surefoot', options.version], ...(options.userAgent ?? []).map((pair) => [...pair])] as [
      string,
      string,
    ][],
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const made: { destroy(): void }[] = [];
  const once = <Client extends Parameters<typeof refuseForeignHosts>[0] & { destroy(): void }>(
    make: () => Promise<Client>,
  ): (() => Promise<Client>) => {
    let client: Promise<Client> | undefined;
    const prepare = async () => {
      const fresh = await make();
      made.push(fresh);
      if (options.foreignEndpoints === false) {
        refuseForeignHosts(fresh);
      }
      return fresh;
    };
    return () => {
      client ??= prepare();
      return client;
    };
  };
  const clusters = new Map<string, () => Promise<Route53RecoveryClusterClient>>();
  return {
    ecs: once(async () => new ECSClient(configuration)),
    elbv2: once(async () => new (await import('./elbv2/elbv2.ts')).ElasticLoadBalancingV2Client(configuration)),
    cloudwatch: once(async () => new (await import('./cloudwatch/cloudwatch.ts')).CloudWatchClient(configuration)),
    ecr: once(async () => new (await import('./ecr.ts')).ECRClient(configuration)),
    logs: once(async () => new (await import('./logs.ts')).CloudWatchLogsClient(configuration)),
    autoScaling: once(
      async () => new (await import('./application-auto-scaling.ts')).ApplicationAutoScalingClient(configuration),
    ),
    applicationSignals: once(
      async () => new (await import('./application-signals.ts')).ApplicationSignalsClient(configuration),
    ),
    fis: once(async () => new (await import('./fis/fis.ts')).FisClient(configuration)),
    scheduler: once(async () => new (await import('./scheduler.ts')).SchedulerClient(configuration)),
    tagging: once(async () => new (await import('./tagging.ts')).ResourceGroupsTaggingAPIClient(configuration)),
    sts: once(async () => new (await import('./sts.ts')).STSClient(configuration)),
    s3: once(async () => new (await import('./s3.ts')).S3Client(configuration)),
    dynamodb: once(async () => new (await import('./dynamodb/dynamodb.ts')).DynamoDBClient(configuration)),
    secretsManager: once(async () => new (await import('./secrets-manager.ts')).SecretsManagerClient(configuration)),
    route53: once(async () => new (await import('./route53.ts')).Route53Client(configuration)),
    rds: once(async () => new (await import('./rds/replicas.ts')).RDSClient(configuration)),
    serviceQuotas: once(async () => new (await import('./service-quotas.ts')).ServiceQuotasClient(configuration)),
    regionSwitch: once(
      async () => new (await import('./region-switch/region-switch.ts')).RegionSwitchClient(configuration),
    ),
    recoveryCluster({ url, region }) {
      const known = clusters.get(url);
      const client =
        known ??
        once(async () => {
          const { Route53RecoveryClusterClient } = await import('./arc-routing.ts');
          return new Route53RecoveryClusterClient({ ...configuration, region, endpoint: url });
        });
      clusters.set(url, client);
      return client();
    },
    destroy() {
      for (const client of made) {
        client.destroy();
      }
    },
  };
}

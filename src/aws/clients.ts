/** The SDK clients, made in one place: region, endpoint, retries and user agent are decided here and nowhere else. */
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { STSClient } from '@aws-sdk/client-sts';
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

export interface Clients {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly cloudwatch: CloudWatchClient;
  readonly ecr: ECRClient;
  readonly logs: CloudWatchLogsClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly sts: STSClient;
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
  const clients = {
    ecs: new ECSClient(configuration),
    elbv2: new ElasticLoadBalancingV2Client(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    ecr: new ECRClient(configuration),
    logs: new CloudWatchLogsClient(configuration),
    autoScaling: new ApplicationAutoScalingClient(configuration),
    sts: new STSClient(configuration),
  };
  if (options.foreignEndpoints === false) {
    for (const client of Object.values(clients)) {
      refuseForeignHosts(client);
    }
  }
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) {
        client.destroy();
      }
    },
  };
}

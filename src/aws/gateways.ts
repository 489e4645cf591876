/** One small gateway per AWS service; the only way for operations to reach AWS. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type AutoScalingGateway, createAutoScalingGateway } from './application-auto-scaling.ts';
import type { Clients } from './clients.ts';
import { type CloudWatchGateway, createCloudWatchGateway } from './cloudwatch.ts';
import { createEcrGateway, type EcrGateway } from './ecr.ts';
import { createEcsGateway, type EcsGateway } from './ecs.ts';
import { createElbv2Gateway, type Elbv2Gateway } from './elbv2.ts';
import { awsCall } from './errors.ts';
import { createLogsGateway, type LogsGateway } from './logs.ts';

export interface AwsGateways {
  readonly ecs: EcsGateway;
  readonly elbv2: Elbv2Gateway;
  readonly cloudwatch: CloudWatchGateway;
  readonly ecr: EcrGateway;
  readonly logs: LogsGateway;
  readonly autoScaling: AutoScalingGateway;
  /** The account that the credentials belong to. */
  account(): Promise<string>;
}

/** Gateways over `clients`; `signal` ends their calls early. What must still be sent after a cancellation uses gateways without it. */
export function createGateways(clients: Clients, signal?: AbortSignal): AwsGateways {
  return {
    ecs: createEcsGateway(clients.ecs, signal),
    elbv2: createElbv2Gateway(clients.elbv2, signal),
    cloudwatch: createCloudWatchGateway(clients.cloudwatch, signal),
    ecr: createEcrGateway(clients.ecr, signal),
    logs: createLogsGateway(clients.logs, signal),
    autoScaling: createAutoScalingGateway(clients.autoScaling, signal),
    async account() {
      const answer = await awsCall('sts:GetCallerIdentity', () => clients.sts.send(new GetCallerIdentityCommand({})));
      return answer.Account ?? 'unknown';
    },
  };
}

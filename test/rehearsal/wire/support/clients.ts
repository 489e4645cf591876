/** Real SDK clients on a real socket, and a wire with the services of a test. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach } from 'vitest';
import type { ServiceModule } from '../../../../src/rehearsal/wire/operation.ts';
import { createWire, type Wire } from '../../../../src/rehearsal/wire/server.ts';

export interface Bench {
  readonly wire: Wire;
  readonly endpoint: string;
  readonly bugs: unknown[];
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly cloudwatch: CloudWatchClient;
  readonly ecr: ECRClient;
  readonly sts: STSClient;
}

const open: Bench[] = [];

afterEach(async () => {
  for (const { wire, ecs, elbv2, cloudwatch, ecr, sts } of open.splice(0)) {
    for (const client of [ecs, elbv2, cloudwatch, ecr, sts]) {
      client.destroy();
    }
    await wire.close();
  }
});

/** A listening wire with `services`, and a client of each kind; both are closed after the test. */
export async function start(services: readonly ServiceModule[]): Promise<Bench> {
  const bugs: unknown[] = [];
  const wire = createWire({
    services,
    accountId: '000000000000',
    region: 'ca-central-1',
    onBug: (error) => bugs.push(error),
  });
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const settings = {
    endpoint,
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIDREHEARSAL', secretAccessKey: 'none' },
  };
  const bench: Bench = {
    wire,
    endpoint,
    bugs,
    ecs: new ECSClient(settings),
    elbv2: new ElasticLoadBalancingV2Client(settings),
    cloudwatch: new CloudWatchClient(settings),
    ecr: new ECRClient(settings),
    sts: new STSClient(settings),
  };
  open.push(bench);
  return bench;
}

/** Route 53 and a cluster of routing controls on a wire of their own, with clients. */
import { onTestFinished } from 'vitest';
import { createArcRoutingGateway, Route53RecoveryClusterClient } from '../../../src/aws/arc-routing.ts';
import { createRoute53Gateway, Route53Client } from '../../../src/aws/route53.ts';
import { createRoutingControls } from '../../../src/rehearsal/recovery-cluster/routing-controls.ts';
import { createRoute53 } from '../../../src/rehearsal/route53/route53.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';

const PANEL = 'arn:aws:route53-recovery-control::000000000000:controlpanel/0123456789abcdef';
export const PRIMARY = `${PANEL}/routingcontrol/aaaaaaaaaaaaaaaa`;
export const STANDBY = `${PANEL}/routingcontrol/bbbbbbbbbbbbbbbb`;

const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };

export async function startRoute53(
  options: { readonly speed?: number; readonly healthy?: (host: string) => boolean } = {},
) {
  const controls = createRoutingControls({
    [PRIMARY]: { name: 'primary', state: 'On' },
    [STANDBY]: { name: 'standby', state: 'Off' },
  });
  const route53 = createRoute53({
    clock: createClock(options.speed ?? 1000),
    loadBalancerHealthy: options.healthy ?? (() => true),
    controlIsOn: controls.isOn,
    healthCheckIntervalMs: 20,
  });
  const bugs: unknown[] = [];
  const wire = createWire({
    services: [route53.module, controls.module],
    accountId: '000000000000',
    region: 'us-east-1',
    onBug: (error) => bugs.push(error),
  });
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const client = new Route53Client({ endpoint, region: 'us-east-2', credentials, maxAttempts: 1 });
  const clusterOf = async ({ url, region }: { url: string; region: string }) =>
    new Route53RecoveryClusterClient({ endpoint: url, region, credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    route53.stop();
    await wire.close();
  });
  return {
    endpoint,
    route53,
    client,
    bugs,
    gateway: createRoute53Gateway(client),
    arc: createArcRoutingGateway(clusterOf),
    call: wire.call,
    requests: wire.requests,
  };
}

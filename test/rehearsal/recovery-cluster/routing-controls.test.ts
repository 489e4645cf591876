import { CreateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { PRIMARY, STANDBY, startRoute53 } from '../route53/wire.ts';

const NOBODY = { url: 'http://127.0.0.1:1', region: 'us-west-2' };

describe('routing controls', () => {
  it('are read and switched at whichever endpoint answers', async () => {
    const { arc, endpoint } = await startRoute53();
    const endpoints = [NOBODY, { url: endpoint, region: 'us-east-1' }, NOBODY];
    for (let round = 0; round < 6; round += 1) {
      expect(await arc.state(endpoints, PRIMARY)).toBe('On');
    }
    await arc.setStates(endpoints, { [PRIMARY]: 'Off', [STANDBY]: 'On' });
    expect([await arc.state(endpoints, PRIMARY), await arc.state(endpoints, STANDBY)]).toEqual(['Off', 'On']);
    await expect(arc.state([NOBODY], PRIMARY)).rejects.toMatchObject({ code: 'aws-unreachable' });
  });

  it('change together or not at all', async () => {
    const { arc, endpoint } = await startRoute53();
    const endpoints = [{ url: endpoint, region: 'us-east-1' }];
    const unknown = PRIMARY.replace('aaaa', 'cccc');
    await expect(arc.setStates(endpoints, { [PRIMARY]: 'Off', [unknown]: 'On' })).rejects.toThrow(
      /There is no routing control/,
    );
    expect(await arc.state(endpoints, PRIMARY)).toBe('On');
  });

  it('decide what health checks of theirs say', async () => {
    const { arc, client, gateway, endpoint } = await startRoute53();
    const config = { Type: 'RECOVERY_CONTROL', RoutingControlArn: PRIMARY } as const;
    const made = await client.send(new CreateHealthCheckCommand({ CallerReference: 'rc', HealthCheckConfig: config }));
    const id = made.HealthCheck?.Id ?? '';
    expect(await gateway.healthCheckPasses(id)).toBe(true);
    await arc.setStates([{ url: endpoint, region: 'eu-west-1' }], { [PRIMARY]: 'Off' });
    expect(await gateway.healthCheckPasses(id)).toBe(false);
  });
});

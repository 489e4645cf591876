/** Resources by their tags: of the load balancing of a rehearsal platform, and what FIS makes during a fault. */
import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clients, createClients } from '../../../src/aws/clients.ts';
import { createGateways } from '../../../src/aws/gateways.ts';
import { type Artguard, startArtguard } from '../artguard.ts';
import { eventually } from '../ecs/lab.ts';

let artguard: Artguard;
let clients: Clients;

beforeAll(async () => {
  artguard = await startArtguard({});
  clients = createClients({
    region: 'ca-central-1',
    endpoint: artguard.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
}, 60_000);

afterAll(async () => {
  clients.destroy();
  await artguard.stop();
});

it('finds what has a tag, by its key and any of its values', async () => {
  const { tagging } = createGateways(clients);
  const elbv2 = await clients.elbv2();
  const arn = artguard.rehearsal.loadBalancerArn;
  await elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'team', Value: 'art' }] }));
  expect(await tagging.taggedWith('team', 'art')).toEqual([arn]);
  expect(await tagging.taggedWith('team', 'guard')).toEqual([]);
  expect(await tagging.taggedWith('art', 'team')).toEqual([]);
});

it('lists a network ACL of FIS’s for each subnet that is cut off, until the fault is over', async () => {
  const { fis, tagging } = createGateways(clients);
  const { id: template = '' } = await fis.createTemplate({
    clientToken: crypto.randomUUID(),
    description: 'a zone goes dark',
    roleArn: 'arn:aws:iam::000000000000:role/fis',
    stopConditions: [{ source: 'none' }],
    targets: {
      subnets: {
        resourceType: 'aws:ec2:subnet',
        selectionMode: 'ALL',
        parameters: { availabilityZoneIdentifier: 'ca-central-1a', vpc: 'vpc-rehearsal' },
      },
    },
    actions: {
      cut: {
        actionId: 'aws:network:disrupt-connectivity',
        parameters: { duration: 'PT10M', scope: 'all' },
        targets: { Subnets: 'subnets' },
      },
    },
  });
  const { id = '' } = await fis.startExperiment({ experimentTemplateId: template, clientToken: crypto.randomUUID() });
  const left = () => tagging.taggedWith('managedByFIS', 'true');
  const arns = await eventually(async () => {
    const found = await left();
    return found.length > 0 ? found : undefined;
  });
  expect(arns).toEqual([
    expect.stringMatching(/^arn:aws:ec2:ca-central-1:000000000000:network-acl\/acl-[0-9a-f]{17}$/),
  ]);
  await fis.stopExperiment(id);
  await eventually(async () => ((await left()).length === 0 ? true : undefined));
});

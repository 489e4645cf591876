/** Two regions on moto's server: what a region's failover finds there, each world of its own names so that tests do not meet. */
import { createHash } from 'node:crypto';
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { BatchDeleteImageCommand, CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { RDSClient } from '@aws-sdk/client-rds';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { makeDatabases } from './databases.ts';
import type { Side, Wishes, World } from './sides.ts';

export const PRIMARY = 'us-west-2';
export const STANDBY = 'us-east-2';
export const NAME = 'api.moved.example';
const ACCOUNT = '123456789012';

/** Everything is forgotten first: a server holds one world at a time. */
export async function makeWorld(endpoint: string, wishes: Wishes = {}): Promise<World> {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const { tasks = [4, 1], policy = 'weighted', standbyImage = 'same' } = wishes;
  const primary = await makeSide(endpoint, PRIMARY, 'prod', tasks[0], 'release 1', {
    ...wishes,
    maximum: 12,
    secret: 'there',
    standbyImage: 'same',
  });
  const standby = await makeSide(
    endpoint,
    STANDBY,
    'dr',
    tasks[1],
    standbyImage === 'other' ? 'release 0' : 'release 1',
    wishes,
  );
  const route53 = new Route53Client({ ...access(endpoint), region: 'us-east-1' });
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'moved.example', CallerReference: 'one' }),
  );
  const zone = (HostedZone?.Id ?? '').replace('/hostedzone/', '');
  await makeRecords(route53, zone, primary.dnsName, standby.dnsName, policy);
  await makeDatabases(primary, standby, wishes);
  const records = async () => {
    const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
    return ResourceRecordSets.filter(({ Name }) => Name === `${NAME}.`);
  };
  return {
    primary,
    standby,
    route53,
    zone,
    records,
    answers: async () => answersOf(await records()),
    stop() {
      for (const { ecs, ecr, scaling, rds, secrets, cloudwatch, elbv2 } of [primary, standby]) {
        for (const client of [ecs, ecr, scaling, rds, secrets, cloudwatch, elbv2]) {
          client.destroy();
        }
      }
      route53.destroy();
    },
  };
}

const access = (endpoint: string) => ({ endpoint, credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' } });

function answersOf(records: readonly ResourceRecordSet[]): string[] {
  const weights = records.map(({ Weight = 0 }) => Weight);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const chosen =
    all === 0 ? records.find(({ Failover }) => Failover === 'PRIMARY') : records[pick(weights, Math.random() * all)];
  const name = chosen?.AliasTarget?.DNSName;
  return name === undefined ? [] : [name.replace(/\.$/, '')];
}

function pick(weights: readonly number[], at: number): number {
  let sum = 0;
  return weights.findIndex((weight) => {
    sum += weight;
    return at < sum;
  });
}

async function makeSide(
  endpoint: string,
  region: string,
  environment: string,
  desiredCount: number,
  release: string,
  { maximum = 12, secret = 'there', standbyImage = 'same' }: Wishes,
): Promise<Side> {
  const configuration = { ...access(endpoint), region };
  const ecs = new ECSClient(configuration);
  const ecr = new ECRClient(configuration);
  const scaling = new ApplicationAutoScalingClient(configuration);
  const secrets = new SecretsManagerClient(configuration);
  const elbv2 = new ElasticLoadBalancingV2Client(configuration);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const digest = await pushImage(ecr, release, standbyImage === 'missing');
  const elsewhere = region === STANDBY && standbyImage === 'of the primary' ? PRIMARY : region;
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: 'database-password', SecretString: 'hush' }));
  const secretArn = {
    there: ARN,
    missing: `${ARN.slice(0, -12)}gone-AbCdEf`,
    'of the primary': ARN.replace(region, PRIMARY),
  }[secret];
  const { dnsName, targetGroupArn } = await makeBalancer(endpoint, region, elbv2);
  const cluster = `moved-${environment}`;
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: `web-${environment}`,
      cpu: '512',
      memory: '1024',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [
        {
          name: 'web',
          image: `${ACCOUNT}.dkr.ecr.${elsewhere}.amazonaws.com/web@${digest}`,
          essential: true,
          memory: 512,
          secrets: [{ name: 'PASSWORD', valueFrom: secretArn }],
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: `web-${environment}`,
      taskDefinition: `web-${environment}`,
      desiredCount: 0,
      loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8000 }],
    }),
  );
  await ecs.send(new UpdateServiceCommand({ cluster, service: `web-${environment}`, desiredCount }));
  await scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${cluster}/web-${environment}`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: desiredCount,
      MaxCapacity: maximum,
    }),
  );
  return {
    region,
    ecs,
    ecr,
    scaling,
    secrets,
    elbv2,
    rds: new RDSClient(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    dnsName,
    digest,
  };
}

/** @param gone it was there once */
async function pushImage(ecr: ECRClient, release: string, gone: boolean): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(release).digest('hex')}`;
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 1,
      digest,
    },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 1, digest }],
  });
  const { image } = await ecr.send(new PutImageCommand({ repositoryName: 'web', imageManifest, imageTag: 'now' }));
  const imageDigest = image?.imageId?.imageDigest ?? '';
  if (gone) {
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'web', imageIds: [{ imageDigest }] }));
  }
  return imageDigest;
}

async function makeBalancer(endpoint: string, region: string, elbv2: ElasticLoadBalancingV2Client) {
  const { vpc, subnets } = await networkOf(endpoint, region);
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: subnets.slice(0, 2), Type: 'application' }),
  );
  const { TargetGroups: [group] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 8000, VpcId: vpc, TargetType: 'ip' }),
  );
  const targetGroupArn = group?.TargetGroupArn ?? '';
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const Targets = Array.from({ length: 16 }, (_, index) => ({ Id: `172.31.0.${index + 10}`, Port: 8000 }));
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets }));
  return { dnsName: balancer?.DNSName ?? '', targetGroupArn };
}

/** EC2 by hand: one question is not worth a client. */
async function networkOf(endpoint: string, region: string): Promise<{ vpc: string; subnets: string[] }> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=moto/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: 'Action=DescribeSubnets&Version=2016-11-15',
  });
  const text = await answer.text();
  const subnets = [...text.matchAll(/<subnetId>(subnet-[^<]+)</g)].map((match) => match[1] ?? '');
  return { vpc: /<vpcId>([^<]+)</.exec(text)?.[1] ?? '', subnets };
}

async function makeRecords(
  client: Route53Client,
  zone: string,
  primary: string,
  standby: string,
  policy: Wishes['policy'],
) {
  const alias = (DNSName: string) => ({ DNSName, HostedZoneId: 'Z1H1FL5HABSF5', EvaluateTargetHealth: false });
  const base = { Name: NAME, Type: 'A' as const };
  const records = {
    weighted: [
      { ...base, SetIdentifier: 'west', Weight: 100, AliasTarget: alias(primary) },
      { ...base, SetIdentifier: 'east', Weight: 0, AliasTarget: alias(standby) },
    ],
    failover: [
      { ...base, SetIdentifier: 'west', Failover: 'PRIMARY' as const, AliasTarget: alias(primary) },
      { ...base, SetIdentifier: 'east', Failover: 'SECONDARY' as const, AliasTarget: alias(standby) },
    ],
    simple: [{ ...base, AliasTarget: alias(primary) }],
  }[policy ?? 'weighted'];
  await client.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })) },
    }),
  );
}

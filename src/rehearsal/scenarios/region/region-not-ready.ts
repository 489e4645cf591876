/** region-not-ready: the standby lacks the image that it would have to run. The failover is refused, and nothing is changed anywhere. */
import type { RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import type { ListHostedZonesResponse, ListResourceRecordSetsResponse } from '@aws-sdk/client-route-53';
import { createRecorder } from '../../../operations/recorder.ts';
import type { CommandRun } from '../command.ts';
import { countsAddUp, generatorHealthy, nothingLost } from '../load-checks.ts';
import type { RegionObservation, RegionScenario, RegionStage } from '../scenario.ts';
import { recoverRun } from './recover-run.ts';
import { checked, outcomeOf, servedBefore, startUsers } from './users.ts';

/** Enough to notice a change. */
const USERS_PER_SECOND = 20;
const MISSING = 'inference:9.9.9';

export const regionNotReady: RegionScenario = {
  name: 'region-not-ready',
  adverse: true,
  expects:
    'a standby that lacks its image is refused; no record, no task and no database is changed, no request is lost',
  example: 'arteraai',
  move: tryToMove,
  judge: ({ seen, before, load }) => [
    ...seen,
    nothingLost(load),
    servedBefore(before),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ seen }) => seen[0]?.observed ?? '',
};

async function tryToMove(stage: RegionStage): Promise<RegionObservation> {
  const { regions, clock, sides } = stage;
  const { load, steady } = await startUsers(stage, USERS_PER_SECOND);
  try {
    await breakStandby(stage);
    const servedFrom = await steady();
    const tried = clock.now();
    const before = await stateOf(stage);
    const url = new URL(sides.primary.target.healthPath, regions.url).href;
    const run = await recoverRun(stage, 'region-failover', ['--planned', '--database', 'promote', '--url', url]);
    const after = await stateOf(stage);
    const record = await load.finish();
    return {
      operation: refusedEvidence(stage, run),
      load: record,
      before: outcomeOf(record, servedFrom, tried),
      seen: [
        checked(
          'the failover was refused',
          run.exitCode === 2 && run.error?.code === 'image-missing',
          'exit 2, image-missing',
          `exit ${run.exitCode}, ${run.error?.code ?? 'no error'}: ${run.error?.message.split('\n').slice(0, 2).join(' ') ?? ''}`,
        ),
        checked('nothing was changed', before === after, before, after),
      ],
      measurements: [],
      series: [],
    };
  } catch (error) {
    load.abort();
    throw error;
  }
}

/** The service is to run a revision whose image nobody has pushed to that region. It goes on with the tasks that it has. */
async function breakStandby({ regions, sides }: RegionStage): Promise<void> {
  const { call } = regions.standby.wire;
  const { cluster, ecsService, container, port } = sides.standby.target;
  const { taskDefinition } = await call<RegisterTaskDefinitionResponse>('ecs', 'RegisterTaskDefinition', {
    family: ecsService,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '1024',
    memory: '2048',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
    containerDefinitions: [
      {
        name: container,
        image: `000000000000.dkr.ecr.${regions.standby.region}.amazonaws.com/${MISSING}`,
        essential: true,
        portMappings: [{ containerPort: port, protocol: 'tcp' }],
      },
    ],
  });
  await call('ecs', 'UpdateService', {
    cluster,
    service: ecsService,
    taskDefinition: taskDefinition?.taskDefinitionArn,
  });
}

/** Everything that a failover would change, as one text. */
async function stateOf({ regions, sides }: RegionStage): Promise<string> {
  const { call } = regions.standby.wire;
  const { HostedZones = [] } = await call<ListHostedZonesResponse>('route53', 'ListHostedZones', {});
  const { ResourceRecordSets = [] } = await call<ListResourceRecordSetsResponse>('route53', 'ListResourceRecordSets', {
    HostedZoneId: HostedZones[0]?.Id,
  });
  const weights = ResourceRecordSets.flatMap(({ SetIdentifier, Weight }) =>
    Weight === undefined ? [] : [`${SetIdentifier} ${Weight}`],
  );
  const { services } = await call<{ services?: { desiredCount?: number }[] }>('ecs', 'DescribeServices', {
    cluster: sides.standby.target.cluster,
    services: [sides.standby.target.ecsService],
  });
  const instances = regions.database
    ?.instances(regions.standby.region)
    .map(({ name, source }) => `${name}${source === undefined ? '' : ' a replica'}`);
  return `weights ${weights.join(', ')}; ${services?.[0]?.desiredCount} tasks wanted; ${instances?.join(', ')}`;
}

function refusedEvidence({ platform, sides, clock, speed }: RegionStage, { error }: CommandRun) {
  const recorder = createRecorder({
    operation: 'recover region-failover',
    title: 'A failover that is refused',
    subject: { platform: platform.name, environment: sides.primary.environment.name },
    rehearsalSpeed: speed,
    tools: [],
    clock,
  });
  return recorder.finish('inconclusive', [
    { code: error?.code ?? 'not-refused', message: error?.message ?? 'it was not refused' },
  ]);
}

/** What each operation of surefoot does in AWS: the one source of its permissions, which guides, plans and `surefoot iam` are made from. */
import { clearStops, listExperiments, runExperiments, stopExperiments } from './experiments.ts';
import { drillRegions, moveRegions } from './regions.ts';
import { restoreDatabases, restoreObjects, restoreTables, rotateSecrets, stateLock } from './restores.ts';
import { anywhere, arnsOf, type Scope } from './scope.ts';
import {
  changeScaling,
  listServices,
  READ_ALARMS,
  READ_BALANCERS,
  READ_METRICS,
  READ_SCALING,
  readImages,
  readLogs,
  readService,
  readTasks,
  registerTaskDefinition,
  runTasks,
  steerDeployments,
  tagServices,
  updateService,
} from './services.ts';
import { arnIn, type Part } from './statement.ts';

export interface OperationPermissions {
  /** As a line of a list. */
  readonly does: string;
  readonly parts: (scope: Scope) => readonly Part[];
}

const look = (scope: Scope): Part[] => [...readService(scope), READ_BALANCERS, READ_SCALING];
const planDeployment = (scope: Scope): Part[] => [
  ...readService(scope),
  READ_BALANCERS,
  READ_METRICS,
  READ_ALARMS,
  readImages(scope),
];
const changeService = (scope: Scope): Part[] => [updateService(scope), tagServices(scope)];
const deploy = (scope: Scope): Part[] => [
  ...planDeployment(scope),
  ...changeService(scope),
  ...readTasks(scope),
  ...registerTaskDefinition(scope),
  ...runTasks(scope),
  steerDeployments(scope),
  readLogs(scope),
];
/** To wake, to scale and to restart: the service and its bounds. */
const manage = (scope: Scope): Part[] => [...look(scope), ...changeService(scope), ...readTasks(scope)];
const pause = (scope: Scope): Part[] => [...manage(scope), changeScaling(scope, 'RegisterScalableTarget')];
const restart = (scope: Scope): Part[] => [...look(scope), updateService(scope), ...readTasks(scope)];
const readSlos = (scope: Scope): Part[] => [
  ...readService(scope).filter(({ Action }) => Action.includes('ecs:DescribeServices')),
  READ_BALANCERS,
  READ_METRICS,
  {
    Action: ['application-signals:BatchGetServiceLevelObjectiveBudgetReport'],
    Resource: arnsOf(scope, 'slo', 'application-signals', (name) => `slo/${name}`),
  },
];
/** A load itself asks AWS nothing; a profile that watches how the service scales asks for its tasks, its size and its use. */
const loadService = (scope: Scope): Part[] => [
  ...readService(scope).filter(({ Action }) => !Action.includes('ecs:DescribeServiceDeployments')),
  READ_BALANCERS,
  READ_METRICS,
];
const runChaos = (scope: Scope): Part[] => [
  ...runExperiments(
    {
      fis: arnsOf(scope, 'fis-role', 'iam', (name) => `role/${name}`),
      stop: arnsOf(scope, 'stop-role', 'iam', (name) => `role/${name}`),
    },
    scope.place,
  ),
  // An experiment names what it hits itself.
  ...readService({ ...scope, services: ['*'] }),
  ...readTasks(scope),
];

export const OPERATIONS = {
  status: { does: 'what runs now', parts: look },
  'status-repair': {
    does: 'to put back what a deployment that was cut short left on the service',
    parts: (scope) => [...look(scope), ...changeService(scope)],
  },
  plan: { does: 'what a deployment would change', parts: planDeployment },
  'push-image': {
    does: 'to push an image to ECR, as `deploy.yml` does with Docker before it deploys; surefoot itself never does',
    parts: (scope) => [
      anywhere('ecr:GetAuthorizationToken'),
      {
        Action: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:CompleteLayerUpload',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
        ],
        Resource: arnsOf(scope, 'repository', 'ecr', (name) => `repository/${name}`),
      },
    ],
  },
  deploy: { does: 'a deployment with its plan, watch and way back', parts: deploy },
  rollback: { does: 'back to the revision before', parts: deploy },
  pause: { does: 'to 0 tasks', parts: pause },
  resume: { does: 'back to what it was', parts: pause },
  scale: { does: 'another count, other bounds', parts: pause },
  restart: { does: 'new tasks of the same revision', parts: restart },
  schedule: {
    does: 'scheduled pauses',
    parts: (scope) => [...look(scope), changeScaling(scope, 'DeleteScheduledAction', 'PutScheduledAction')],
  },
  'run-task': {
    does: "a one-off task in the service's image and network",
    parts: (scope) => [...look(scope), ...readTasks(scope), ...runTasks(scope), readLogs(scope)],
  },
  load: { does: 'a load, and what the service does under it', parts: loadService },
  'load-tasks': {
    does: 'a load that ECS tasks make',
    parts: (scope) => [
      ...loadService(scope),
      ...readService(scope),
      ...readTasks(scope),
      ...runTasks(scope),
      readLogs(scope),
    ],
  },
  slo: { does: 'error budgets', parts: readSlos },
  'slo-alarms': {
    does: 'alarms on burn rates',
    parts: (scope) => [
      ...loadService(scope),
      READ_ALARMS,
      {
        Action: ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
        Resource: [arnIn(scope.place, 'cloudwatch', `alarm:surefoot/slo/${scope.platform}/${scope.environment}/*`)],
      },
      // "You can't create a composite alarm if your permission has a narrower scope" (AWS: PutCompositeAlarm).
      anywhere('cloudwatch:PutCompositeAlarm'),
    ],
  },
  scorecard: { does: 'targets against evidence; of AWS it reads what `slo` reads', parts: readSlos },
  'chaos-list': { does: 'experiments that there are', parts: ({ place }) => listExperiments(place) },
  'chaos-plan': { does: 'a plan with a dry run; what starts can also inject', parts: runChaos },
  'chaos-run': { does: 'an experiment', parts: runChaos },
  'chaos-stop': {
    does: "the end of surefoot's experiments, and of what they left",
    parts: (scope) => [
      ...stopExperiments(scope.place),
      ...clearStops(scope.place),
      // What FIS itself left: network ACLs and routes that it made and did not take away.
      anywhere('tag:GetResources'),
    ],
  },
  nightly: {
    does: 'a load, experiments and a drill; with a drill add recover-dynamodb-restore, say',
    parts: (scope) => [...loadService(scope), ...runChaos(scope)],
  },
  'recover-restart-service': {
    does: 'a service that is dead, or pages somebody at night',
    parts: (scope) => [...look(scope), ...changeService(scope), ...readTasks(scope)],
  },
  'recover-terraform-state': {
    does: 'a version of the state',
    parts: (scope) => [...restoreObjects(scope), ...stateLock(scope)],
  },
  'recover-s3-restore': { does: 'objects as they were', parts: restoreObjects },
  'recover-dynamodb-restore': { does: 'a table beside the original', parts: restoreTables },
  'recover-database-restore': { does: 'a DB instance beside the original', parts: restoreDatabases },
  'recover-rotate-secret': {
    does: 'a new value, and new tasks of whoever uses it',
    parts: (scope) => {
      // Whoever in the cluster uses the secret is restarted.
      const everyService = { ...scope, services: ['*'] };
      return [
        ...rotateSecrets(scope),
        listServices(scope),
        ...look(everyService),
        ...readTasks(everyService),
        ...changeService(everyService),
      ];
    },
  },
  'recover-region-failover': { does: 'the users of another region, and their way back', parts: moveRegions },
  'recover-region-failback': { does: 'the users back to their own region', parts: moveRegions },
  'recover-region-failover-drill': {
    does: 'whether the other region could take the users',
    parts: drillRegions,
  },
} as const satisfies Readonly<Record<string, OperationPermissions>>;

export type OperationName = keyof typeof OPERATIONS;

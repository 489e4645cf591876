/** Permissions on ECS services, their tasks, images, load balancers and scaling (AWS: "Service Authorization Reference"). */
import { anywhere, arnsOf, passRole, type Scope } from './scope.ts';
import { arnIn, type Part } from './statement.ts';

type Cluster = Pick<Scope, 'place' | 'cluster' | 'services'>;

const ofServices = ({ place, cluster, services }: Cluster, kind: string, rest = '') =>
  services.map((name) => arnIn(place, 'ecs', `${kind}/${cluster}/${name}${rest}`));

/** Keys that surefoot writes on services: it may write no other, so that no policy that goes by tags is led astray. */
const OWN_TAGS = { 'ForAllValues:StringLike': { 'aws:TagKeys': ['surefoot:*'] } };

const inCluster = ({ place, cluster }: Cluster) => ({
  ArnEquals: { 'ecs:cluster': [arnIn(place, 'ecs', `cluster/${cluster}`)] },
});

/** The service, its deployments and its task definition, as they are. */
export function readService(scope: Cluster): Part[] {
  return [
    {
      Action: ['ecs:DescribeServices', 'ecs:ListServiceDeployments'],
      Resource: ofServices(scope, 'service'),
    },
    {
      Action: ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
      Resource: [
        ...ofServices(scope, 'service'),
        ...ofServices(scope, 'service-deployment', '/*'),
        ...ofServices(scope, 'service-revision', '/*'),
      ],
    },
    anywhere('ecs:DescribeTaskDefinition'),
  ];
}

/** How the service is changed. */
export function updateService(scope: Cluster): Part {
  return { Action: ['ecs:UpdateService'], Resource: ofServices(scope, 'service') };
}

/** What surefoot remembers on a service. */
export function tagServices(scope: Cluster): Part {
  return {
    Action: ['ecs:TagResource', 'ecs:UntagResource'],
    Resource: ofServices(scope, 'service'),
    Condition: OWN_TAGS,
  };
}

/** The answers to a deployment's pauses, and its end. */
export function steerDeployments(scope: Cluster): Part {
  return {
    Action: ['ecs:ContinueServiceDeployment', 'ecs:StopServiceDeployment'],
    Resource: [...ofServices(scope, 'service'), ...ofServices(scope, 'service-deployment', '/*')],
  };
}

/** A new revision of the service's task definition, with the tags of the one before. */
export function registerTaskDefinition(scope: Scope): Part[] {
  const Resource = arnsOf(scope, 'family', 'ecs', (name) => `task-definition/${name}:*`);
  return [
    { Action: ['ecs:RegisterTaskDefinition'], Resource },
    {
      Action: ['ecs:TagResource'],
      Resource,
      Condition: { StringEquals: { 'ecs:CreateAction': ['RegisterTaskDefinition'] } },
    },
  ];
}

/** The tasks of the cluster. */
export function readTasks(scope: Cluster): Part[] {
  const { place, cluster } = scope;
  return [
    { Action: ['ecs:DescribeTasks'], Resource: [arnIn(place, 'ecs', `task/${cluster}/*`)] },
    // Its resource is the container instance that is asked about, and there is none on Fargate.
    { ...anywhere('ecs:ListTasks'), Condition: inCluster(scope) },
  ];
}

/** One-off tasks of the service's task definition. */
export function runTasks(scope: Scope): Part[] {
  const { place, cluster } = scope;
  return [
    {
      Action: ['ecs:RunTask'],
      Resource: arnsOf(scope, 'family', 'ecs', (name) => `task-definition/${name}:*`),
      Condition: inCluster(scope),
    },
    { Action: ['ecs:StopTask'], Resource: [arnIn(place, 'ecs', `task/${cluster}/*`)] },
    passTaskRoles(scope),
  ];
}

/** Whoever gives ECS a role must be allowed to use it (AWS: "Amazon ECS IAM roles", pass role). */
export function passTaskRoles(scope: Scope): Part {
  const roles = arnsOf(scope, 'role', 'iam', (name) => `role/${name}`);
  return passRole(roles, 'ecs.amazonaws.com', 'ecs-tasks.amazonaws.com');
}

/** The services of a cluster by their names. */
export function listServices(scope: Cluster): Part {
  return { ...anywhere('ecs:ListServices'), Condition: inCluster(scope) };
}

/** What dying tasks said last, and what generators of load counted. */
export function readLogs(scope: Scope): Part {
  return {
    Action: ['logs:GetLogEvents'],
    Resource: arnsOf(scope, 'log-group', 'logs', (name) => `log-group:${name}:log-stream:*`),
  };
}

/** Images by digest. */
export function readImages(scope: Pick<Scope, 'place' | 'named'>): Part {
  return {
    Action: ['ecr:DescribeImages', 'ecr:DescribeRepositories'],
    Resource: arnsOf(scope, 'repository', 'ecr', (name) => `repository/${name}`),
  };
}

/** Load balancers, rules, target groups and the health of targets. */
export const READ_BALANCERS = anywhere(
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
);

export const READ_METRICS = anywhere('cloudwatch:GetMetricData');

/**
 * "You can't return information about composite alarms if your cloudwatch:DescribeAlarms permission has a narrower scope" (AWS:
 * DescribeAlarms), and DescribeAlarmHistory says the same.
 */
export const READ_ALARMS = anywhere('cloudwatch:DescribeAlarms');

export const READ_SCALING = anywhere(
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScheduledActions',
);

/** Kept to the counts of ECS services; a scalable target's ARN has an id that nobody knows before. */
export function changeScaling({ place }: Pick<Scope, 'place'>, ...actions: string[]): Part {
  return {
    Action: actions.map((name) => `application-autoscaling:${name}`),
    Resource: [arnIn(place, 'application-autoscaling', 'scalable-target/*')],
    Condition: {
      StringEquals: {
        'application-autoscaling:service-namespace': ['ecs'],
        'application-autoscaling:scalable-dimension': ['ecs:service:DesiredCount'],
      },
    },
  };
}

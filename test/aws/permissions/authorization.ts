/**
 * What IAM asks for each API call: AWS names the permissions of most calls like the calls; the rest, and the resources of all of them, are
 * written here from the service authorization reference. A call that is not here fails a test, so that nobody forgets it.
 */
import { isOfType, type Request, referenceOf } from './iam.ts';
import type { Call } from './recorder.ts';

type Input = Call['input'];
/** Suffixes of ARNs, or whole ones. */
type Resources = (input: Input, arn: (resource: string) => string) => readonly string[];

/** Service in IAM by the service in signatures, where they differ. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag' };

const text = (value: unknown) => String(value ?? '');
const list = (value: unknown) => (Array.isArray(value) ? value.map(text) : []);
/** The cluster's name, however it was given. */
const clusterOf = (input: Input) => text(input['cluster']).split('/').at(-1) ?? '';
const orArn = (value: unknown, arn: (resource: string) => string, kind: string) =>
  text(value).startsWith('arn:') ? text(value) : arn(`${kind}${text(value)}`);
const nothing: Resources = () => ['*'];
const service: Resources = (input, arn) => [orArn(input['service'], arn, `service/${clusterOf(input)}/`)];
/** A deployment or a revision, and the service that it is of. */
const withService = (arns: readonly string[]) =>
  arns.flatMap((one) => [one, one.replace(/:service-(deployment|revision)\/(.+)\/[^/]+$/, ':service/$2')]);
const tasks: Resources = (input, arn) =>
  [...list(input['tasks']), ...(input['task'] === undefined ? [] : [text(input['task'])])].map((one) =>
    orArn(one, arn, `task/${clusterOf(input)}/`),
  );
const scalable: Resources = (_, arn) => [arn('scalable-target/0ec5a1b2c3d4')];
const alarm: Resources = (input, arn) => [arn(`alarm:${text(input['AlarmName'])}`)];
const table: Resources = (input, arn) => [orArn(input['TableName'] ?? input['ResourceArn'], arn, 'table/')];
const secret: Resources = (input, arn) => {
  const id = text(input['SecretId']);
  return [id.startsWith('arn:') ? id : arn(`secret:${id}-a1B2c3`)];
};
const template: Resources = (input, arn) => [arn(`experiment-template/${text(input['id'] ?? 'EXT1')}`)];
/** Of an experiment that begins nobody knows the id before. */
const begun: Resources = (_, arn) => [arn('experiment/EXP1')];
const experiment: Resources = (input, arn) => [arn(`experiment/${text(input['id'] ?? input['experimentId'])}`)];
const schedule: Resources = (input, arn) => [arn(`schedule/default/${text(input['Name'])}`)];
const object = (input: Input) => `arn:aws:s3:::${text(input['Bucket'])}/${text(input['Key'])}`;
const zone: Resources = (input) => [`arn:aws:route53:::hostedzone/${text(input['HostedZoneId'] ?? input['Id'])}`];

const RESOURCES: Readonly<Record<string, Resources>> = {
  'application-autoscaling:DeleteScheduledAction': scalable,
  'application-autoscaling:DeregisterScalableTarget': scalable,
  'application-autoscaling:DescribeScalableTargets': nothing,
  'application-autoscaling:DescribeScalingPolicies': nothing,
  'application-autoscaling:DescribeScheduledActions': nothing,
  'application-autoscaling:PutScalingPolicy': scalable,
  'application-autoscaling:PutScheduledAction': scalable,
  'application-autoscaling:RegisterScalableTarget': scalable,
  'cloudwatch:DeleteAlarms': (input, arn) => list(input['AlarmNames']).map((name) => arn(`alarm:${name}`)),
  // Of composite alarms AWS tells, and takes, nothing with less (AWS: DescribeAlarms, PutCompositeAlarm).
  'cloudwatch:DescribeAlarmHistory': nothing,
  'cloudwatch:DescribeAlarms': nothing,
  'cloudwatch:GetMetricData': nothing,
  'cloudwatch:PutCompositeAlarm': nothing,
  'cloudwatch:PutMetricAlarm': alarm,
  'dynamodb:DeleteTable': table,
  'dynamodb:DescribeBackup': (input) => [text(input['BackupArn'])],
  'dynamodb:DescribeContinuousBackups': table,
  'dynamodb:DescribeTable': table,
  'dynamodb:DescribeTimeToLive': table,
  'dynamodb:GetItem': table,
  'dynamodb:ListBackups': nothing,
  'dynamodb:ListTagsOfResource': table,
  'dynamodb:PutItem': table,
  'dynamodb:RestoreTableFromBackup': (input, arn) => [
    text(input['BackupArn']),
    arn(`table/${text(input['TargetTableName'])}`),
  ],
  'dynamodb:RestoreTableToPointInTime': (input, arn) => [
    arn(`table/${text(input['SourceTableName'])}`),
    arn(`table/${text(input['TargetTableName'])}`),
  ],
  'dynamodb:Scan': table,
  'dynamodb:TagResource': table,
  'dynamodb:UpdateContinuousBackups': table,
  'dynamodb:UpdateTable': table,
  'dynamodb:UpdateTimeToLive': table,
  'ecr:DescribeImages': (input, arn) => [arn(`repository/${text(input['repositoryName'])}`)],
  'ecr:DescribeRepositories': (input, arn) => list(input['repositoryNames']).map((name) => arn(`repository/${name}`)),
  'ecs:ContinueServiceDeployment': (input) => withService([text(input['serviceDeploymentArn'])]),
  'ecs:DescribeServiceDeployments': (input) => withService(list(input['serviceDeploymentArns'])),
  'ecs:DescribeServiceRevisions': (input) => withService(list(input['serviceRevisionArns'])),
  'ecs:DescribeServices': (input, arn) =>
    list(input['services']).map((one) => orArn(one, arn, `service/${clusterOf(input)}/`)),
  'ecs:DescribeTaskDefinition': nothing,
  'ecs:DescribeTasks': tasks,
  'ecs:ListServiceDeployments': service,
  'ecs:ListServices': nothing,
  'ecs:ListTasks': nothing,
  'ecs:RegisterTaskDefinition': (input, arn) => [arn(`task-definition/${text(input['family'])}:*`)],
  'ecs:RunTask': (input, arn) => [orArn(input['taskDefinition'], arn, 'task-definition/')],
  'ecs:StopServiceDeployment': (input) => withService([text(input['serviceDeploymentArn'])]),
  'ecs:StopTask': tasks,
  'ecs:TagResource': (input) => [text(input['resourceArn'])],
  'ecs:UntagResource': (input) => [text(input['resourceArn'])],
  'ecs:UpdateService': service,
  'elasticloadbalancing:DescribeListeners': nothing,
  'elasticloadbalancing:DescribeLoadBalancers': nothing,
  'elasticloadbalancing:DescribeRules': nothing,
  'elasticloadbalancing:DescribeTargetGroups': nothing,
  'elasticloadbalancing:DescribeTargetHealth': nothing,
  'fis:CreateExperimentTemplate': (input, arn) => [
    ...template({}, arn),
    ...Object.values((input['actions'] ?? {}) as Record<string, { actionId: string }>).map(({ actionId }) =>
      arn(`action/${actionId}`),
    ),
  ],
  'fis:DeleteExperimentTemplate': template,
  'fis:GetAction': (input, arn) => [arn(`action/${text(input['id'])}`)],
  'fis:GetExperiment': experiment,
  'fis:GetExperimentTemplate': template,
  'fis:GetSafetyLever': (input, arn) => [arn(`safety-lever/${text(input['id'])}`)],
  'fis:ListActions': nothing,
  'fis:ListExperimentResolvedTargets': experiment,
  'fis:ListExperimentTemplates': nothing,
  'fis:ListExperiments': nothing,
  'fis:ListTargetAccountConfigurations': (input, arn) => [
    arn(`experiment-template/${text(input['experimentTemplateId'])}`),
  ],
  'fis:StartExperiment': (input, arn) => [
    arn(`experiment-template/${text(input['experimentTemplateId'])}`),
    ...begun(input, arn),
  ],
  'fis:StopExperiment': experiment,
  'logs:GetLogEvents': (input, arn) => [
    arn(`log-group:${text(input['logGroupName'])}:log-stream:${text(input['logStreamName'])}`),
  ],
  'rds:DeleteDBInstance': (input, arn) => [arn(`db:${text(input['DBInstanceIdentifier'])}`)],
  'rds:DescribeDBInstanceAutomatedBackups': (_, arn) => [arn('auto-backup:*')],
  'rds:DescribeDBInstances': (input, arn) => [arn(`db:${text(input['DBInstanceIdentifier'] ?? '*')}`)],
  'rds:DescribeDBSnapshots': (_, arn) => [arn('snapshot:*')],
  'rds:ModifyDBInstance': (input, arn) => [arn(`db:${text(input['DBInstanceIdentifier'])}`)],
  'rds:PromoteReadReplica': (input, arn) => [arn(`db:${text(input['DBInstanceIdentifier'])}`)],
  'rds:RestoreDBInstanceToPointInTime': (input, arn) => [
    arn(`db:${text(input['TargetDBInstanceIdentifier'])}`),
    ...['og:default', 'pg:default', 'subgrp:default'].map(arn),
  ],
  'route53:ChangeResourceRecordSets': zone,
  'route53:GetChange': (input) => [`arn:aws:route53:::change/${text(input['Id'])}`],
  'route53:GetHealthCheckStatus': (input) => [`arn:aws:route53:::healthcheck/${text(input['HealthCheckId'])}`],
  'route53:ListHostedZonesByName': nothing,
  'route53:ListResourceRecordSets': zone,
  's3:DeleteObjectVersion': (input) => [object(input)],
  's3:GetBucketVersioning': (input) => [`arn:aws:s3:::${text(input['Bucket'])}`],
  's3:GetObject': (input) => [object(input)],
  's3:GetObjectVersion': (input) => [object(input)],
  's3:ListBucketVersions': (input) => [`arn:aws:s3:::${text(input['Bucket'])}`],
  's3:PutObject': (input) => [object(input)],
  'scheduler:CreateSchedule': schedule,
  'scheduler:DeleteSchedule': schedule,
  'scheduler:GetSchedule': schedule,
  'scheduler:ListSchedules': nothing,
  'scheduler:UpdateSchedule': schedule,
  'secretsmanager:DescribeSecret': secret,
  'secretsmanager:GetSecretValue': secret,
  'secretsmanager:ListSecretVersionIds': secret,
  'secretsmanager:PutSecretValue': secret,
  'secretsmanager:UpdateSecretVersionStage': secret,
  'servicequotas:GetServiceQuota': (input, arn) => [arn(`${text(input['ServiceCode'])}/${text(input['QuotaCode'])}`)],
  'sts:GetCallerIdentity': nothing,
  'tag:GetResources': nothing,
};

/** Every permission that IAM would ask for this call. @throws Error for a call that nobody wrote down, or wrote down wrongly */
export function requestsOf(call: Call, account: string): Request[] {
  const { input, region, service: signed } = call;
  const arn = (resource: string) => `arn:aws:${signed}:${region}:${account}:${resource}`;
  const own = permissionsOf(call).flatMap(({ action, find }) =>
    find(
      input,
      PREFIXES[signed] === undefined ? arn : (name) => arn(name).replace(`:${signed}:`, `:${PREFIXES[signed]}:`),
    ).map((resource) => ({ action, resource, context: contextOf({ action, call, resource, account }) })),
  );
  return [...own, ...passedRoles(call)].map(known);
}

/** @throws Error when AWS's reference does not know the action on such a resource */
function known(request: Request): Request {
  const { action, resource } = request;
  const types = referenceOf(action).resources.map((type) => type.arn);
  if (resource !== '*' && !types.some((type) => isOfType(resource, type))) {
    throw new Error(`${action} is asked about ${resource}, and AWS knows it on ${types.join(', ') || 'nothing'}`);
  }
  return request;
}

interface Permission {
  readonly action: string;
  readonly find: Resources;
}

/** AWS: "Required permissions for Amazon S3 API operations", for the calls that are not called like their permissions. */
function permissionsOf({ service: signed, operation, input }: Call): readonly Permission[] {
  const same = permission(`${PREFIXES[signed] ?? signed}:${operation}`);
  const versioned = input['VersionId'] !== undefined;
  switch (`${signed}:${operation}`) {
    case 's3:GetObject':
      return [permission(versioned ? 's3:GetObjectVersion' : 's3:GetObject')()];
    case 's3:DeleteObject':
      return [permission(versioned ? 's3:DeleteObjectVersion' : 's3:DeleteObject')()];
    case 's3:ListObjectVersions':
      return [permission('s3:ListBucketVersions')()];
    case 's3:CopyObject':
      return [permission('s3:PutObject')(), { action: 's3:GetObjectVersion', find: copied }];
    case 'monitoring:PutCompositeAlarm':
    case 'monitoring:PutMetricAlarm':
      return [same(), ...(list(input['Tags']).length > 0 ? [{ action: 'cloudwatch:TagResource', find: alarm }] : [])];
    case 'ecs:RegisterTaskDefinition':
      return [same(), ...(list(input['tags']).length > 0 ? [{ ...same(), action: 'ecs:TagResource' }] : [])];
    case 'fis:CreateExperimentTemplate':
      return [same(), ...(input['tags'] === undefined ? [] : [{ action: 'fis:TagResource', find: template }])];
    case 'fis:StartExperiment':
      return [same(), ...(input['tags'] === undefined ? [] : [{ action: 'fis:TagResource', find: begun }])];
    default:
      return [same()];
  }
}

const copied: Resources = ({ CopySource }) => [
  `arn:aws:s3:::${decodeURIComponent(text(CopySource)).replace(/\?.*$/, '')}`,
];

/** Looked up when it is asked for: not every call has a permission of its name. */
function permission(action: string): () => Permission {
  return () => {
    const find = RESOURCES[action];
    if (find === undefined) {
      throw new Error(`${action}: write down in test/aws/permissions/authorization.ts which resources it is about`);
    }
    return { action, find };
  };
}

interface Asked {
  readonly action: string;
  readonly call: Call;
  readonly resource: string;
  readonly account: string;
}

/** The condition keys that these policies look at. */
function contextOf({ action, call, resource, account }: Asked) {
  const { input, region, service: signed, operation } = call;
  const context: Record<string, string[]> = {};
  if (signed === 'ecs' && input['cluster'] !== undefined) {
    context['ecs:cluster'] = [`arn:aws:ecs:${region}:${account}:cluster/${clusterOf(input)}`];
  }
  if (action === 'ecs:TagResource' && operation === 'RegisterTaskDefinition') {
    context['ecs:CreateAction'] = [operation];
  }
  if (signed === 'ecs' && /^(Unt|T)agResource$/.test(operation)) {
    const tags = (input['tags'] ?? []) as { key: string }[];
    context['aws:TagKeys'] = [...tags.map(({ key }) => key), ...list(input['tagKeys'])];
  }
  if (signed === 'application-autoscaling') {
    context['application-autoscaling:service-namespace'] = [text(input['ServiceNamespace'])];
    context['application-autoscaling:scalable-dimension'] = [text(input['ScalableDimension'])];
  }
  if (signed === 'fis') {
    for (const [key, value] of Object.entries((input['tags'] ?? {}) as Record<string, string>)) {
      context[`aws:RequestTag/${key}`] = [value];
    }
    if (resource.includes(':experiment-template/')) {
      // What surefoot made carries the tag; of what it did not make nobody knows here.
      context['aws:ResourceTag/surefoot:expires'] = ['2026-11-21T18:00:00Z'];
    }
  }
  return context;
}

/** Roles that the call gives away (AWS: "Grant a user permissions to pass a role to an AWS service"). */
function passedRoles({ service: signed, operation, input }: Call): Request[] {
  const pass = (role: unknown, to: string): Request[] =>
    typeof role === 'string' && role !== ''
      ? [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': [to] } }]
      : [];
  switch (`${signed}:${operation}`) {
    case 'ecs:RegisterTaskDefinition':
      return [
        ...pass(input['taskRoleArn'], 'ecs-tasks.amazonaws.com'),
        ...pass(input['executionRoleArn'], 'ecs-tasks.amazonaws.com'),
      ];
    case 'ecs:UpdateService':
      return ((input['loadBalancers'] ?? []) as { advancedConfiguration?: { roleArn?: string } }[]).flatMap(
        ({ advancedConfiguration }) => pass(advancedConfiguration?.roleArn, 'ecs.amazonaws.com'),
      );
    case 'fis:CreateExperimentTemplate':
      return pass(input['roleArn'], 'fis.amazonaws.com');
    case 'scheduler:CreateSchedule':
    case 'scheduler:UpdateSchedule':
      return pass((input['Target'] as { RoleArn?: string } | undefined)?.RoleArn, 'scheduler.amazonaws.com');
    default:
      return [];
  }
}

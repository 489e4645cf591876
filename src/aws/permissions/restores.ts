/** Permissions of recoveries that restore data beside the original: objects, tables, databases. */
import { anywhere, arnsOf, type Scope } from './scope.ts';
import { arnIn, type Part } from './statement.ts';

/** What a drill makes, and may remove. */
const DRILL = 'surefoot-drill-*';

/** What a restore makes beside the original: the default names, those that were named, and those of drills. */
function madeBeside(scope: Scope, kind: 'table' | 'database'): string[] {
  const restored = scope.named('restored').filter((name) => name !== '*');
  const ofArn = (name: string) => name.split(/[:/]/).at(-1) ?? name;
  return [...scope.named(kind).map((name) => `${ofArn(name)}-restored`), ...restored, DRILL];
}

/**
 * The use of the keys that a service encrypts with; nothing where no key was named: AWS's own keys need no permission.
 * Kept to what the service asks in the caller's name (AWS: "AWS KMS condition keys", kms:ViaService).
 */
function useKeys(scope: Scope, service: string, ...actions: string[]): Part[] {
  const keys = arnsOf(scope, 'kms-key', 'kms', (name) => `key/${name}`).filter((arn) => !arn.endsWith('key/*'));
  const via = { StringEquals: { 'kms:ViaService': [`${service}.${scope.place.region}.amazonaws.com`] } };
  const granted = { ...via, Bool: { 'kms:GrantIsForAWSResource': ['true'] } };
  const grants = actions.filter((name) => name === 'CreateGrant');
  const uses = actions.filter((name) => name !== 'CreateGrant');
  return keys.length === 0
    ? []
    : [
        { Action: uses.map((name) => `kms:${name}`), Resource: keys, Condition: via },
        ...(grants.length === 0 ? [] : [{ Action: ['kms:CreateGrant'], Resource: keys, Condition: granted }]),
      ];
}

/**
 * Versions of objects, read and put back. S3 says that an object is not there only to those who may list the bucket; to others it is
 * forbidden (AWS: GetObject). A copy takes the tags of the object along (AWS: CopyObject).
 */
export function restoreObjects(scope: Scope): Part[] {
  const buckets = arnsOf(scope, 'bucket', 's3', (name) => name);
  const objects = buckets.map((bucket) => `${bucket}/*`);
  return [
    { Action: ['s3:GetBucketVersioning', 's3:ListBucket', 's3:ListBucketVersions'], Resource: buckets },
    {
      Action: [
        's3:DeleteObjectVersion',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:GetObjectVersionTagging',
        's3:PutObject',
        's3:PutObjectTagging',
      ],
      Resource: objects,
    },
    ...useKeys(scope, 's3', 'Decrypt', 'GenerateDataKey'),
  ];
}

/** Whether somebody holds the lock of the state, and the digest of it that Terraform keeps beside the lock. */
export function stateLock(scope: Scope): Part[] {
  const Resource = arnsOf(scope, 'lock-table', 'dynamodb', (name) => `table/${name}`);
  return [{ Action: ['dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:PutItem'], Resource }];
}

/**
 * "DynamoDB read and write permissions on the target table are necessary for restore functionality" (AWS: "Using IAM with DynamoDB backup
 * and restore"): DynamoDB writes the items in the caller's name. Only what a drill made may be deleted.
 */
export function restoreTables(scope: Scope): Part[] {
  const { place } = scope;
  const originals = arnsOf(scope, 'table', 'dynamodb', (name) => `table/${name}`);
  const made = madeBeside(scope, 'table').map((name) => arnIn(place, 'dynamodb', `table/${name}`));
  const scaling = { StringEquals: { 'application-autoscaling:service-namespace': ['dynamodb'] } };
  return [
    {
      Action: [
        'dynamodb:DescribeContinuousBackups',
        'dynamodb:DescribeTable',
        'dynamodb:DescribeTimeToLive',
        'dynamodb:ListTagsOfResource',
      ],
      Resource: [...originals, ...made],
    },
    { Action: ['dynamodb:RestoreTableToPointInTime'], Resource: [...originals, ...made] },
    { Action: ['dynamodb:DescribeBackup'], Resource: originals.map((table) => `${table}/backup/*`) },
    {
      Action: ['dynamodb:RestoreTableFromBackup'],
      Resource: [...originals.map((table) => `${table}/backup/*`), ...made],
    },
    anywhere('dynamodb:ListBackups'),
    {
      Action: [
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:TagResource',
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateItem',
        'dynamodb:UpdateTable',
        'dynamodb:UpdateTimeToLive',
      ],
      Resource: made,
    },
    { Action: ['dynamodb:DeleteTable'], Resource: [arnIn(place, 'dynamodb', `table/${DRILL}`)] },
    anywhere('application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScalingPolicies'),
    {
      Action: [
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:RegisterScalableTarget',
      ],
      Resource: [arnIn(place, 'application-autoscaling', 'scalable-target/*')],
      Condition: scaling,
    },
    ...useKeys(scope, 'dynamodb', 'Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'CreateGrant'),
  ];
}

/** RDS names a restored instance's groups among what is asked for. Only what a drill made may be deleted. */
export function restoreDatabases(scope: Scope): Part[] {
  const { place } = scope;
  const rds = (resource: string) => arnIn(place, 'rds', resource);
  const originals = arnsOf(scope, 'database', 'rds', (name) => `db:${name}`);
  const made = madeBeside(scope, 'database').map((name) => rds(`db:${name}`));
  const groups = ['og:*', 'pg:*', 'subgrp:*'].map(rds);
  return [
    {
      Action: ['rds:DescribeDBInstanceAutomatedBackups', 'rds:DescribeDBInstances', 'rds:DescribeDBSnapshots'],
      Resource: [rds('auto-backup:*'), rds('db:*'), rds('snapshot:*')],
    },
    {
      Action: ['rds:RestoreDBInstanceToPointInTime'],
      Resource: [...originals, ...made, ...groups, rds('auto-backup:*')],
    },
    { Action: ['rds:RestoreDBInstanceFromDBSnapshot'], Resource: [...made, ...groups, rds('snapshot:*')] },
    { Action: ['rds:AddTagsToResource'], Resource: made },
    { Action: ['rds:ModifyDBInstance'], Resource: [...made, ...groups, rds('secgrp:*')] },
    { Action: ['rds:DeleteDBInstance'], Resource: [rds(`db:${DRILL}`)] },
    ...useKeys(scope, 'rds', 'Decrypt', 'DescribeKey', 'GenerateDataKey', 'CreateGrant'),
  ];
}

/** AWS puts six characters after the name (AWS: "Determine who has permissions to your secrets"). */
export function secretArns(scope: Pick<Scope, 'place' | 'named'>): string[] {
  return arnsOf(scope, 'secret', 'secretsmanager', (name) => `secret:${name === '*' ? name : `${name}-??????`}`);
}

/** The secret's versions and their labels, and the value: the one that is written, and the one that is taken back. */
export function rotateSecrets(scope: Scope): Part[] {
  return [
    {
      Action: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Resource: secretArns(scope),
    },
    ...useKeys(scope, 'secretsmanager', 'Decrypt', 'GenerateDataKey'),
  ];
}

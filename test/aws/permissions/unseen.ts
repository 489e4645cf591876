/** Permissions of the policies that the runs of made.test.ts do not use, each with why it is there. */

const KEYS =
  'only with keys of your own; what the service asks KMS for in the name of the caller (AWS: its page on encryption)';
const PLAN = 'of plans of ARC Region switch, which are not rehearsed: test/operations/recover/region';
const CONTROLS = 'of routing controls instead of records: test/rehearsal/recovery-cluster';
const WRITTEN =
  'DynamoDB writes the items of a restore in the name of the caller (AWS: "Using IAM with DynamoDB backup and restore")';

const PUSHED = 'made by Docker in deploy.yml, not by surefoot (AWS: "Pushing an image", required permissions)';

export const UNSEEN: Readonly<Record<string, string>> = {
  'application-signals:BatchGetServiceLevelObjectiveBudgetReport': 'test/entry/slo/application-signals.test.ts',
  'arc-region-switch:GetPlanEvaluationStatus': PLAN,
  'arc-region-switch:GetPlanExecution': PLAN,
  'arc-region-switch:ListPlanExecutionEvents': PLAN,
  'arc-region-switch:StartPlanExecution': PLAN,
  'cloudwatch:DescribeAlarmHistory': 'of experiments that expect an alarm: test/operations/chaos/run',
  'dynamodb:BatchWriteItem': WRITTEN,
  'dynamodb:DeleteItem': WRITTEN,
  'dynamodb:ListBackups': 'names what there is when a backup or a moment is not there',
  'dynamodb:PutItem': `${WRITTEN}; and a digest of the state beside Terraform's lock: test/operations/recover/state`,
  'dynamodb:Query': WRITTEN,
  'dynamodb:UpdateItem': WRITTEN,
  'ecr:BatchCheckLayerAvailability': PUSHED,
  'ecr:BatchGetImage': PUSHED,
  'ecr:CompleteLayerUpload': PUSHED,
  'ecr:GetAuthorizationToken': PUSHED,
  'ecr:InitiateLayerUpload': PUSHED,
  'ecr:PutImage': PUSHED,
  'ecr:UploadLayerPart': PUSHED,
  'ecs:StopServiceDeployment': 'ends a deployment that is cancelled: test/cli/pause.test.ts',
  'elasticloadbalancing:DescribeListeners': 'the port of the test listener, which a rehearsal says itself',
  'fis:GetExperimentTemplate': 'of templates that stand in FIS already: test/operations/chaos/plan',
  'fis:ListTargetAccountConfigurations': 'of experiments in several accounts: test/operations/chaos/plan',
  'fis:StopExperiment': 'ends an experiment that is cancelled: test/actions/chaos-run.test.ts',
  'kms:CreateGrant': KEYS,
  'kms:Decrypt': KEYS,
  'kms:DescribeKey': KEYS,
  'kms:Encrypt': KEYS,
  'kms:GenerateDataKey': KEYS,
  'rds:AddTagsToResource': 'RDS asks for it where a restore is given tags (AWS: actions of Amazon RDS)',
  'rds:DescribeDBSnapshots': 'of restores from a snapshot: test/entry/recover/database.test.ts',
  'rds:ModifyDBInstance': 'puts back what RDS does not restore, and a rehearsal does: test/operations/recover/database',
  'rds:RestoreDBInstanceFromDBSnapshot': 'test/entry/recover/database.test.ts',
  'route53-recovery-cluster:GetRoutingControlState': CONTROLS,
  'route53-recovery-cluster:UpdateRoutingControlState': CONTROLS,
  'route53:GetHealthCheckStatus': 'of records with health checks: test/operations/recover/region',
  's3:GetObjectVersionTagging': 'S3 asks for it where a copied object has tags (AWS: CopyObject)',
  's3:ListBucket': 'without it S3 says of an object that is not there that it is forbidden (AWS: GetObject)',
  's3:PutObjectTagging': 'S3 asks for it where a copied object has tags (AWS: CopyObject)',
  'scheduler:GetSchedule': 'looks at schedules that a run which died left: test/operations/chaos/leftovers',
  'secretsmanager:UpdateSecretVersionStage': '--undo, and a run that goes on: test/entry/recover/rotation.test.ts',
  'servicequotas:GetServiceQuota':
    'of standby services that grow beyond what is known to fit: test/operations/recover/region',
};

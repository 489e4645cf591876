/** The inputs of `recover`: each says whose procedure it is of, and one of another procedure is refused. */
import type { ProcedureName } from '../../entry/recover/options.ts';
import { count, duration, flag, type InputTable, list, text } from './kinds.ts';

/** Written out, so that reading inputs does not load the operation; a test compares the two. */
export const PROCEDURES = [
  'restart-service',
  'terraform-state',
  's3-restore',
  'dynamodb-restore',
  'database-restore',
  'rotate-secret',
  'region-failover',
  'region-failback',
] as const satisfies readonly ProcedureName[];

const of = (...commands: readonly ProcedureName[]) => ({ commands });
const moves = of('region-failover', 'region-failback');

/** Those that no other operation has. */
export const RECOVER_OWN = {
  drill: flag(
    'Restores beside and never over, verifies, and removes what was made. Of a region: readiness and full capacity, without moving users.',
  ),
  keep: flag('A drill leaves what it made.'),
  'failed-at': text(
    'When the disaster happened, such as 2026-11-21T09:30:00Z: RTO and RPO count from it. Default: from now.',
  ),
  bucket: text('terraform-state, s3-restore: the bucket.', of('terraform-state', 's3-restore')),
  key: text("terraform-state: the state's object, such as env/{environment}/terraform.tfstate.", of('terraform-state')),
  'version-id': text('terraform-state: which version becomes the newest again.', of('terraform-state')),
  'lock-table': text("terraform-state: the backend's dynamodb_table, where it has one.", of('terraform-state')),
  lineage: text('terraform-state: the lineage that the version must have.', of('terraform-state')),
  prefix: text('s3-restore: objects whose keys begin with it.', of('s3-restore')),
  'whole-bucket': flag('s3-restore: all objects, instead of a prefix.', of('s3-restore')),
  at: text(
    's3-restore, dynamodb-restore, database-restore: the moment to restore, in UTC; of a table or database also latest.',
    of('s3-restore', 'dynamodb-restore', 'database-restore'),
  ),
  table: text('dynamodb-restore: the table.', of('dynamodb-restore')),
  backup: text('dynamodb-restore: the ARN of a backup instead of a moment.', of('dynamodb-restore')),
  to: text(
    'dynamodb-restore, database-restore: what is made. Default: the name with -restored.',
    of('dynamodb-restore', 'database-restore'),
  ),
  item: text('dynamodb-restore: key of an item that must be there, such as {"id":{"S":"42"}}.', of('dynamodb-restore')),
  instance: text('database-restore: the DB instance.', of('database-restore')),
  snapshot: text('database-restore: a snapshot instead of a moment.', of('database-restore')),
  check: text(
    'database-restore: a command that asks the restored database; the guide names its variables.',
    of('database-restore'),
  ),
  secret: text('rotate-secret: name or ARN of the secret.', of('rotate-secret')),
  'value-file': text(
    'rotate-secret: the file with the new value, from the workspace. It is never an input itself.',
    of('rotate-secret'),
  ),
  'keep-newline': flag('rotate-secret: a line end at the end of the file is part of the value.', of('rotate-secret')),
  undo: flag('rotate-secret: puts the former value back, as long as it was not revoked.', of('rotate-secret')),
  revoke: text(
    'rotate-secret: a command that takes the old value away; the guide names its variables.',
    of('rotate-secret'),
  ),
  'revoke-with-value': flag(
    'rotate-secret: the command gets the old value on its standard input.',
    of('rotate-secret'),
  ),
  'check-url': text('rotate-secret: must answer 2xx with the new value in use.', of('rotate-secret')),
  planned: flag('region-failover: both regions are well, and nothing may be lost.', of('region-failover')),
  database: text(
    'region-failover, region-failback: promote the replicas, which cannot be undone, or leave them.',
    moves,
  ),
  'hold-writes': text(
    'region-failover, region-failback while both regions are well: a command that stops writes for the promotion; the guide has its steps.',
    moves,
  ),
  'override-readiness': text(
    'region-failover, region-failback: why a region that is not ready is taken all the same. Kept in the evidence.',
    moves,
  ),
  weights: list(
    'region-failover, region-failback: shares of the users in percent, one after the other, such as 10,50,100.',
    'numbers of percent',
    /^\d+$/,
    moves,
  ),
  hold: text('region-failover, region-failback: so long nothing may fail after each share. Default: 60s.', moves),
  'switch-plan': text(
    'region-failover, region-failback: the ARN of a plan of ARC Region switch that does the steps.',
    moves,
  ),
  rate: count(
    'region-failover, region-failback: requests per second to the name that users know. Default: 20.',
    20,
    moves,
  ),
} as const satisfies InputTable;

/** Those that other operations have too, in words of this one. */
export const RECOVER_SHARED = {
  service: text('restart-service: which service of the platform file.', of('restart-service')),
  timeout: duration(
    'restart-service, rotate-secret: the longest wait for tasks to become healthy, like 10m.',
    of('restart-service', 'rotate-secret'),
  ),
  url: text(
    "region-failover, region-failback: where requests are sent meanwhile. Default: the users' own address.",
    moves,
  ),
  reason: text('Why, for the evidence.'),
} as const satisfies InputTable;

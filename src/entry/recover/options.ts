/** The values of `recover`: those of another procedure are refused, and what is needed is asked for; all at once. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Key } from '../../aws/dynamodb/dynamodb.ts';
import { InputError } from '../../errors.ts';
import type { DatabaseRestoreInputs } from '../../operations/recover/database/scene.ts';
import type { S3RestoreInputs } from '../../operations/recover/objects/s3-restore.ts';
import type { TerraformStateInputs } from '../../operations/recover/state/terraform-state.ts';
import type { DynamoDbRestoreInputs } from '../../operations/recover/table/dynamodb-restore.ts';
import { didYouMean } from '../../platform/suggest.ts';
import type { ReportOptions, SelectionOptions } from '../session.ts';
import { BESIDE, type RegionValues, regionProblems } from './region-options.ts';
import { runCommand } from './user-command.ts';

export const PROCEDURES = [
  'restart-service',
  'terraform-state',
  's3-restore',
  'dynamodb-restore',
  'database-restore',
  'rotate-secret',
  'region-failover',
  'region-failback',
] as const;
export type ProcedureName = (typeof PROCEDURES)[number];

/** `{environment}` is replaced in all of them. Values of another procedure than the one that is run are refused, not ignored. */
export interface ProcedureValues extends RegionValues {
  readonly bucket?: string;
  /** `terraform-state`: the state's object. */
  readonly key?: string;
  readonly versionId?: string;
  readonly lockTable?: string;
  readonly lineage?: string;
  /** `s3-restore`: empty for the whole bucket. */
  readonly prefix?: string;
  /** A moment in UTC, ISO 8601; of a table also `latest`. */
  readonly at?: string;
  readonly table?: string;
  /** ARN. */
  readonly backup?: string;
  readonly to?: string;
  /** Key of an item that must be there, as DynamoDB's JSON. */
  readonly item?: string;
  /** `database-restore`: a DB instance's identifier. */
  readonly instance?: string;
  /** Identifier or ARN. */
  readonly snapshot?: string;
  /** A command that asks the restored database, and ends with 0 when all is well. */
  readonly check?: string;
  /** `rotate-secret`: name or ARN. */
  readonly secret?: string;
  /** `-` for stdin. */
  readonly valueFile?: string;
  readonly keepNewline?: boolean;
  /** Puts the former value back. */
  readonly undo?: boolean;
  /** A command that takes the old value away. */
  readonly revoke?: string;
  readonly revokeWithValue?: boolean;
  readonly checkUrl?: string;
}

export interface RecoverOptions extends SelectionOptions, ReportOptions, ProcedureValues {
  readonly drill?: boolean;
  readonly keep?: boolean;
  readonly dryRun?: boolean;
  readonly failedAt?: string;
  readonly reason?: string;
  /** `restart-service`, `rotate-secret`: longest wait for tasks to become healthy. */
  readonly timeoutSeconds?: number;
}

type Name = keyof ProcedureValues | 'service' | 'timeoutSeconds';

const REGION: readonly Name[] = [
  'planned',
  'database',
  'holdWrites',
  'overrideReadiness',
  'weights',
  'hold',
  'switchPlan',
  'url',
  'rate',
];

const OWN: Readonly<Record<ProcedureName, { readonly needed: readonly Name[]; readonly allowed: readonly Name[] }>> = {
  'restart-service': { needed: [], allowed: ['service', 'timeoutSeconds'] },
  'terraform-state': { needed: ['bucket', 'key'], allowed: ['versionId', 'lockTable', 'lineage'] },
  's3-restore': { needed: ['bucket', 'prefix', 'at'], allowed: [] },
  'dynamodb-restore': { needed: ['table'], allowed: ['at', 'backup', 'to', 'item'] },
  'database-restore': { needed: ['instance'], allowed: ['at', 'snapshot', 'to', 'check'] },
  'rotate-secret': {
    needed: ['secret'],
    allowed: ['valueFile', 'keepNewline', 'undo', 'revoke', 'revokeWithValue', 'checkUrl', 'timeoutSeconds'],
  },
  'region-failover': { needed: [], allowed: REGION },
  'region-failback': { needed: [], allowed: REGION },
};

/** How each is written on the command line. */
const FLAGS: Readonly<Record<Name, string>> = {
  bucket: '--bucket',
  key: '--key',
  versionId: '--version-id',
  lockTable: '--lock-table',
  lineage: '--lineage',
  prefix: '--prefix',
  at: '--at',
  table: '--table',
  backup: '--backup',
  to: '--to',
  item: '--item',
  instance: '--instance',
  snapshot: '--snapshot',
  check: '--check',
  secret: '--secret',
  valueFile: '--value-file',
  keepNewline: '--keep-newline',
  undo: '--undo',
  revoke: '--revoke',
  revokeWithValue: '--revoke-with-value',
  checkUrl: '--check-url',
  planned: '--planned',
  database: '--database',
  holdWrites: '--hold-writes',
  overrideReadiness: '--override-readiness',
  weights: '--weights',
  hold: '--hold',
  switchPlan: '--switch-plan',
  url: '--url',
  rate: '--rate',
  service: '--service',
  timeoutSeconds: '--timeout',
};

/** @throws InputError for a name that is none */
export function requireProcedure(name: string): ProcedureName {
  const found = PROCEDURES.find((procedure) => procedure === name);
  if (found === undefined) {
    const near = didYouMean(name, PROCEDURES);
    const meant = near === undefined ? '' : `. Did you mean ${near}?`;
    throw new InputError(
      'unknown-procedure',
      `there is no procedure "${name}"; there are ${PROCEDURES.join(', ')}${meant}`,
    );
  }
  return found;
}

/** @throws InputError naming every value that belongs to another procedure, is missing, or cannot be read */
export function requireValues(procedure: ProcedureName, options: RecoverOptions): void {
  const { needed, allowed } = OWN[procedure];
  const names = Object.keys(FLAGS) as Name[];
  const given = names.filter((name) => options[name] !== undefined);
  const problems = [
    ...given
      .filter((name) => !needed.includes(name) && !allowed.includes(name))
      .map((name) => `${FLAGS[name]} is not a value of ${procedure}`),
    ...needed
      .filter((name) => options[name] === undefined || (options[name] === '' && name !== 'prefix'))
      .map((name) => `${procedure} needs ${FLAGS[name]}`),
    ...(procedure === 'dynamodb-restore' && (options.at === undefined) === (options.backup === undefined)
      ? ['restore from what? Give either --at with a moment or `latest`, or --backup']
      : []),
    ...(procedure === 'database-restore' && (options.at === undefined) === (options.snapshot === undefined)
      ? ['restore from what? Give either --at with a moment or `latest`, or --snapshot']
      : []),
    ...(procedure === 'rotate-secret' ? rotationProblems(options) : []),
    ...regionProblems(procedure, options),
    ...(options.keep && !options.drill ? ['--keep is of a drill: add --drill, or leave it out'] : []),
    ...timeProblems(procedure, options),
  ];
  if (problems.length > 0) {
    throw new InputError('bad-values', problems.join('; '));
  }
}

function rotationProblems({
  valueFile,
  undo,
  keepNewline,
  revoke,
  revokeWithValue,
  checkUrl,
}: RecoverOptions): string[] {
  return [
    ...((valueFile === undefined) === (undo !== true)
      ? [
          'rotate to what? Give either --value-file with a file or - for stdin, or --undo. The value is never an argument',
        ]
      : []),
    ...(undo && (keepNewline || revoke !== undefined) ? ['--undo takes neither --keep-newline nor --revoke'] : []),
    ...(revokeWithValue && revoke === undefined ? ['--revoke-with-value is of --revoke: add it, or leave it out'] : []),
    ...(checkUrl !== undefined && !/^https?:\/\//.test(checkUrl)
      ? ['--check-url is no http:// or https:// address']
      : []),
  ];
}

const moment = z.iso.datetime({ offset: true });

function timeProblems(procedure: ProcedureName, { at, failedAt }: RecoverOptions): string[] {
  const latest = ['dynamodb-restore', 'database-restore'].includes(procedure) && at === 'latest';
  return [...(latest ? [] : [['--at', at] as const]), ['--failed-at', failedAt] as const].flatMap(([flag, text]) =>
    text === undefined || moment.safeParse(text).success
      ? []
      : [`${flag} is "${text}": write a moment with its zone, such as 2026-11-21T09:30:00Z`],
  );
}

/** Their texts are nobody's business but the shell's: the journal tells them apart, and no more. */
const COMMANDS: ReadonlySet<Name> = new Set(['check', 'revoke', 'holdWrites']);

function fingerprint(command: string): string {
  return `sha256:${createHash('sha256').update(command).digest('hex').slice(0, 16)}`;
}

export interface Filled {
  readonly options: RecoverOptions;
  /** Every value that decides what is restored, for the journal. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The values with the environment's name in them. */
export function fill(options: RecoverOptions, environment: string): Filled {
  const filled: Record<string, string> = {};
  const inputs: Record<string, string> = {};
  for (const name of Object.keys(FLAGS) as Name[]) {
    const value = options[name];
    if (typeof value === 'string') {
      filled[name] = value.replaceAll('{environment}', environment);
      if (!BESIDE.has(name)) {
        inputs[name] = COMMANDS.has(name) ? fingerprint(filled[name]) : filled[name];
      }
    } else if (value === true) {
      inputs[name] = 'yes';
    }
  }
  return { options: { ...options, ...filled }, inputs };
}

export function terraformStateOf({
  bucket,
  key,
  lockTable,
  versionId,
  lineage,
}: ProcedureValues): TerraformStateInputs {
  return { bucket: bucket ?? '', key: key ?? '', lockTable, version: versionId, lineage };
}

export function s3RestoreOf({ bucket, prefix, at }: ProcedureValues): S3RestoreInputs {
  return { bucket: bucket ?? '', prefix: prefix ?? '', at: new Date(at ?? '') };
}

/** @throws InputError for an item that is no key in DynamoDB's JSON; it is not shown */
export function dynamoDbRestoreOf({ table, at, backup, to, item }: ProcedureValues): DynamoDbRestoreInputs {
  return {
    table: table ?? '',
    at: at === undefined || at === 'latest' ? at : new Date(at),
    backup,
    to,
    key: item === undefined ? undefined : keyOf(item),
  };
}

export function databaseRestoreOf(
  { instance, at, snapshot, to, check }: ProcedureValues,
  signal: AbortSignal,
): DatabaseRestoreInputs {
  return {
    instance: instance ?? '',
    at: at === undefined || at === 'latest' ? at : new Date(at),
    snapshot,
    to,
    ask: check === undefined ? undefined : (variables) => runCommand(check, variables, undefined, signal),
  };
}

const keySchema = z.record(
  z.string().min(1),
  z.union([z.strictObject({ S: z.string() }), z.strictObject({ N: z.string() })]),
);

function keyOf(text: string): Key {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const key = keySchema.safeParse(value);
  if (!key.success) {
    throw new InputError('bad-item', `--item is not a key in DynamoDB's JSON: write it like {"id":{"S":"42"}}`);
  }
  return key.data;
}

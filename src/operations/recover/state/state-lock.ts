/** Locks and digests of Terraform's S3 backend: an item in a DynamoDB table, or a lock file beside the state. */
import * as z from 'zod';
import type { AttributeValue } from '../../../aws/dynamodb/dynamodb.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';

export interface StateAddress {
  readonly bucket: string;
  readonly key: string;
  /** The backend's `dynamodb_table`; undefined: it has none. */
  readonly lockTable: string | undefined;
}

/** "LockID" is the table's key: the path of the state, and for its digest the same with `-md5` (Terraform: backend "s3", client.go). */
const lockId = ({ bucket, key }: StateAddress) => ({ LockID: { S: `${bucket}/${key}` } });
const digestId = ({ bucket, key }: StateAddress) => ({ LockID: { S: `${bucket}/${key}-md5` } });

/** Refuses while anybody holds a lock, or where there is no such lock table. */
export async function lockRefusals(address: StateAddress, { aws }: Pick<Ports, 'aws'>): Promise<Reason[]> {
  const { bucket, key, lockTable } = address;
  const file = await aws.s3.read(bucket, `${key}.tflock`);
  const byFile = file === undefined ? [] : [lockedBy(`s3://${bucket}/${key}.tflock`, new TextDecoder().decode(file))];
  if (lockTable === undefined) {
    return byFile;
  }
  if ((await aws.dynamodb.table(lockTable)) === undefined) {
    const message = `there is no DynamoDB table "${lockTable}": name the backend's dynamodb_table, or leave it out`;
    return [...byFile, { code: 'no-lock-table', message }];
  }
  const item = await aws.dynamodb.item(lockTable, lockId(address));
  return item === undefined ? byFile : [...byFile, lockedBy(`the table ${lockTable}`, textOf(item['Info']))];
}

const infoSchema = z.object({ ID: z.string(), Who: z.string(), Operation: z.string(), Created: z.string() });

function lockedBy(where: string, info: string): Reason {
  const holder = infoSchema.safeParse(jsonOf(info));
  const who = holder.success
    ? ` by ${holder.data.Who} (${holder.data.Operation}, since ${holder.data.Created}, lock ${holder.data.ID})`
    : '';
  const message = `the state is locked${who} in ${where}: wait until that run has ended; if it is dead, \`terraform force-unlock\` takes the lock away`;
  return { code: 'locked', message };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: AttributeValue | undefined): string {
  return value?.S ?? '';
}

/** The MD5 that Terraform expects of the state; undefined where the table has none. */
export async function readDigest(address: StateAddress, { aws }: Pick<Ports, 'aws'>): Promise<string | undefined> {
  const { lockTable } = address;
  const item = lockTable === undefined ? undefined : await aws.dynamodb.item(lockTable, digestId(address));
  return item === undefined ? undefined : textOf(item['Digest']);
}

export async function writeDigest(
  address: StateAddress & { readonly lockTable: string },
  md5: string,
  { aws }: Pick<Ports, 'aws'>,
): Promise<void> {
  await aws.dynamodb.put(address.lockTable, { ...digestId(address), Digest: { S: md5 } });
}

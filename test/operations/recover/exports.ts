/** Everything that can be read of a table or a bucket, as one text: what must not be changed is compared by its bytes. */
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListBackupsCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { Lab } from './lab.ts';

/** What the answers say of themselves, and of how far backups reach by now. */
const OF_THE_MOMENT = new Set(['$metadata', 'EarliestRestorableDateTime', 'LatestRestorableDateTime']);

function text(answers: readonly unknown[]): string {
  return JSON.stringify(answers, (key, value: unknown) => (OF_THE_MOMENT.has(key) ? undefined : value), 1);
}

/** A table with its items, and the names of all there are. */
export async function exportTable({ dynamodb, scaling }: Lab, TableName: string): Promise<string> {
  const described = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const scaled = { ServiceNamespace: 'dynamodb' } as const;
  const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand(scaled));
  const { ScalingPolicies = [] } = await scaling.send(new DescribeScalingPoliciesCommand(scaled));
  return text([
    described,
    await dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
    await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
    await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: described.Table?.TableArn })),
    await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true })),
    await dynamodb.send(new ListTablesCommand({})),
    await dynamodb.send(new ListBackupsCommand({})),
    ScalableTargets,
    // moto keeps policies of targets that are gone; AWS deletes them with their target.
    ScalingPolicies.filter((policy) => ScalableTargets.some(({ ResourceId }) => ResourceId === policy.ResourceId)),
  ]);
}

/** A bucket with each version of each object: bytes, metadata, tags, ids and times. */
export async function exportBucket({ s3 }: Pick<Lab, 's3'>, Bucket: string): Promise<string> {
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const objects = (listed.Versions ?? []).map(async ({ Key, VersionId }) => {
    const { Body, ...head } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    const bytes = await Body?.transformToString('base64');
    return [head, bytes, await s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }))];
  });
  return text([
    listed,
    await Promise.all(objects),
    await s3.send(new GetBucketVersioningCommand({ Bucket })),
    await s3.send(new GetBucketTaggingCommand({ Bucket })).catch(() => 'no tags'),
  ]);
}

import {
  DescribeSecret$,
  type DescribeSecretRequest,
  type DescribeSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { type Secrets, stagesByVersion } from '../secrets.ts';

/** Secrets Manager DescribeSecret: everything but the values. */
export function describeSecret(secrets: Secrets): Operation {
  return operation<DescribeSecretRequest, DescribeSecretResponse>({
    schema: DescribeSecret$,
    supports: ['SecretId'],
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html',
    handle: ({ SecretId = '' }) => {
      const secret = secrets.find(SecretId);
      const { arn, name, description, kmsKeyId, tags, createdAt, changedAt, deletedAt } = secret;
      return {
        ARN: arn,
        Name: name,
        ...(description === undefined ? {} : { Description: description }),
        ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
        ...(deletedAt === undefined ? {} : { DeletedDate: deletedAt }),
        CreatedDate: createdAt,
        LastChangedDate: changedAt,
        Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
        VersionIdsToStages: stagesByVersion(secret),
      };
    },
  });
}

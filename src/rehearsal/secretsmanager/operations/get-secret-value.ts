import {
  GetSecretValue$,
  type GetSecretValueRequest,
  type GetSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { type Secrets, stagesByVersion } from '../secrets.ts';

/** Secrets Manager GetSecretValue: of AWSCURRENT unless a version or a label is named. */
export function getSecretValue(secrets: Secrets): Operation {
  return operation<GetSecretValueRequest, GetSecretValueResponse>({
    schema: GetSecretValue$,
    supports: ['SecretId', 'VersionId', 'VersionStage'],
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html',
    handle: ({ SecretId = '', VersionId, VersionStage }) => {
      const secret = secrets.findLive(SecretId);
      const { id, value, createdAt } = secrets.version(secret, VersionId, VersionStage);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        ...value,
        VersionStages: stagesByVersion(secret)[id] ?? [],
        CreatedDate: createdAt,
      };
    },
  });
}

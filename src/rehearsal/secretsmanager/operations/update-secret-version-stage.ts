import {
  UpdateSecretVersionStage$,
  type UpdateSecretVersionStageRequest,
  type UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Secrets } from '../secrets.ts';

/** Secrets Manager UpdateSecretVersionStage: moves a label, adds it, or takes it off. */
export function updateSecretVersionStage(secrets: Secrets): Operation {
  return operation<UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse>({
    schema: UpdateSecretVersionStage$,
    supports: ['SecretId', 'VersionStage', 'MoveToVersionId', 'RemoveFromVersionId'],
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html',
    handle: ({ SecretId = '', VersionStage = '', MoveToVersionId, RemoveFromVersionId }) => {
      const secret = secrets.findLive(SecretId);
      secrets.move(secret, VersionStage, MoveToVersionId, RemoveFromVersionId);
      return { ARN: secret.arn, Name: secret.name };
    },
  });
}

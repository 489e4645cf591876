import { randomUUID } from 'node:crypto';
import {
  PutSecretValue$,
  type PutSecretValueRequest,
  type PutSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { invalidParameter } from '../errors.ts';
import { CURRENT, hasValue, type Secrets, stagesByVersion } from '../secrets.ts';

/** Secrets Manager PutSecretValue: a new version, AWSCURRENT unless other labels are given. */
export function putSecretValue(secrets: Secrets): Operation {
  return operation<PutSecretValueRequest, PutSecretValueResponse>({
    schema: PutSecretValue$,
    supports: ['SecretId', 'ClientRequestToken', 'SecretString', 'SecretBinary', 'VersionStages'],
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html',
    handle: ({
      SecretId = '',
      ClientRequestToken: id = randomUUID(),
      VersionStages: stages = [CURRENT],
      SecretString,
      SecretBinary,
    }) => {
      const value = { SecretString, SecretBinary };
      if (!hasValue(value)) {
        throw invalidParameter('You must provide either SecretString or SecretBinary.');
      }
      const secret = secrets.findLive(SecretId);
      secrets.put(secret, value, id, stages);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        VersionStages: stagesByVersion(secret)[id] ?? [],
      };
    },
  });
}

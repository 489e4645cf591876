import { CreateSecret$, type CreateSecretRequest, type CreateSecretResponse } from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { hasValue, type Secrets } from '../secrets.ts';

/** Secrets Manager CreateSecret, with or without a first value. */
export function createSecret(secrets: Secrets): Operation {
  return operation<CreateSecretRequest, CreateSecretResponse>({
    schema: CreateSecret$,
    supports: ['Name', 'ClientRequestToken', 'SecretString', 'SecretBinary', 'Tags[].*'],
    inert: { Description: 'given back', KmsKeyId: 'given back; there is no KMS here' },
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html',
    handle: ({ Name = '', ClientRequestToken, Description, KmsKeyId, Tags = [], SecretString, SecretBinary }) => {
      const value = { SecretString, SecretBinary };
      const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      const secret = secrets.create(
        Name,
        { description: Description, kmsKeyId: KmsKeyId, tags },
        value,
        ClientRequestToken,
      );
      const [version] = secret.versions.keys();
      return { ARN: secret.arn, Name, ...(hasValue(value) ? { VersionId: version } : {}) };
    },
  });
}

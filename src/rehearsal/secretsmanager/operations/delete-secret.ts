import { DeleteSecret$, type DeleteSecretRequest, type DeleteSecretResponse } from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { invalidParameter } from '../errors.ts';
import type { Secrets } from '../secrets.ts';

const DEFAULT_DAYS = 30;

/** Secrets Manager DeleteSecret: marks it, or with ForceDeleteWithoutRecovery takes it away at once. */
export function deleteSecret(secrets: Secrets): Operation {
  return operation<DeleteSecretRequest, DeleteSecretResponse>({
    schema: DeleteSecret$,
    supports: ['SecretId', 'RecoveryWindowInDays', 'ForceDeleteWithoutRecovery'],
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html',
    handle: ({ SecretId = '', RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }) => {
      if (force && days !== undefined) {
        throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      }
      if (days !== undefined && (days < 7 || days > 30)) {
        throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
      }
      const secret = secrets.find(SecretId);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: secrets.delete(secret, days ?? DEFAULT_DAYS, force) };
    },
  });
}

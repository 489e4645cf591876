/** AWS Secrets Manager: secrets with versions and labels, which tasks get when they start. No KMS, no schedules, no replicas. */
import type { ServiceModule } from '../wire/operation.ts';
import { createSecret } from './operations/create-secret.ts';
import { deleteSecret } from './operations/delete-secret.ts';
import { describeSecret } from './operations/describe-secret.ts';
import { getSecretValue } from './operations/get-secret-value.ts';
import { listSecretVersionIds } from './operations/list-secret-version-ids.ts';
import { putSecretValue } from './operations/put-secret-value.ts';
import { updateSecretVersionStage } from './operations/update-secret-version-stage.ts';
import { Secrets, type SecretsOptions } from './secrets.ts';

/** The service, with no secret yet. */
export function createSecretsManager(options: SecretsOptions): ServiceModule {
  const secrets = new Secrets(options);
  return {
    id: 'secretsmanager',
    operations: [
      createSecret(secrets),
      deleteSecret(secrets),
      describeSecret(secrets),
      getSecretValue(secrets),
      listSecretVersionIds(secrets),
      putSecretValue(secrets),
      updateSecretVersionStage(secrets),
    ],
  };
}

import {
  ListSecretVersionIds$,
  type ListSecretVersionIdsRequest,
  type ListSecretVersionIdsResponse,
} from '@aws-sdk/client-secrets-manager';
import { type Operation, operation } from '../../wire/operation.ts';
import { type Secrets, stagesByVersion } from '../secrets.ts';

/** Secrets Manager ListSecretVersionIds; versions without a label only when asked for. */
export function listSecretVersionIds(secrets: Secrets): Operation {
  return operation<ListSecretVersionIdsRequest, ListSecretVersionIdsResponse>({
    schema: ListSecretVersionIds$,
    supports: ['SecretId', 'IncludeDeprecated'],
    inert: { MaxResults: 'all versions are on one page' },
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html',
    handle: ({ SecretId = '', IncludeDeprecated: all = false }) => {
      const secret = secrets.find(SecretId);
      const stages = stagesByVersion(secret);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: [...secret.versions.values()]
          .filter(({ id }) => all || stages[id] !== undefined)
          .map(({ id, createdAt }) => ({
            VersionId: id,
            CreatedDate: createdAt,
            ...(stages[id] === undefined ? {} : { VersionStages: stages[id] }),
          })),
      };
    },
  });
}

/** Secrets Manager as a rotation needs it. Values pass through; nothing here writes one into an error. */
import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecretVersionIds,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { OutsideError } from '../errors.ts';
import { awsCall, isAwsError } from './errors.ts';

export type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
export { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface SecretsManagerGateway {
  /** By name or ARN; undefined when there is none. */
  secret(id: string): Promise<DescribeSecretResponse | undefined>;
  /** All versions that still exist, those without a label too. */
  versions(id: string): Promise<SecretVersionsListEntry[]>;
  /** The text of a version; `binary` when it holds bytes instead; undefined when there is no such version. */
  value(id: string, version: string): Promise<string | 'binary' | undefined>;
  /** Makes a version with this id AWSCURRENT; the former one becomes AWSPREVIOUS. The same version and value again change nothing. */
  put(id: string, version: string, value: string): Promise<void>;
  /** Attaches a staging label to a version, taking it off the one that has it. */
  moveStage(id: string, stage: string, to: string, from: string | undefined): Promise<void>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createSecretsManagerGateway(client: SecretsManagerClient, signal?: AbortSignal): SecretsManagerGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    secret: (id) =>
      unlessAbsent(
        awsCall('secretsmanager:DescribeSecret', () =>
          client.send(new DescribeSecretCommand({ SecretId: id }), options),
        ),
      ),
    async versions(id) {
      const found: SecretVersionsListEntry[] = [];
      await awsCall('secretsmanager:ListSecretVersionIds', async () => {
        const input = { SecretId: id, IncludeDeprecated: true };
        for await (const page of paginateListSecretVersionIds({ client }, input, options)) {
          found.push(...(page.Versions ?? []));
        }
      });
      return found;
    },
    async value(id, version) {
      const answer = await unlessAbsent(
        awsCall('secretsmanager:GetSecretValue', () =>
          client.send(new GetSecretValueCommand({ SecretId: id, VersionId: version }), options),
        ),
      );
      return answer && (answer.SecretString ?? 'binary');
    },
    async put(id, version, value) {
      const input = { SecretId: id, ClientRequestToken: version, SecretString: value };
      try {
        await awsCall('secretsmanager:PutSecretValue', () => client.send(new PutSecretValueCommand(input), options));
      } catch (error) {
        throw withoutText(error);
      }
    },
    async moveStage(id, stage, to, from) {
      const input = { SecretId: id, VersionStage: stage, MoveToVersionId: to };
      await awsCall('secretsmanager:UpdateSecretVersionStage', () =>
        client.send(
          new UpdateSecretVersionStageCommand({
            ...input,
            ...(from === undefined ? {} : { RemoveFromVersionId: from }),
          }),
          options,
        ),
      );
    },
  };
}

async function unlessAbsent<Output>(call: Promise<Output>): Promise<Output | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) {
      return undefined;
    }
    throw error;
  }
}

/** What refuses a value may quote it: only the kind of error is kept, and no cause. */
function withoutText(error: unknown): unknown {
  if (!(error instanceof OutsideError)) {
    return error;
  }
  const { cause, where } = error;
  const kind = cause instanceof Error ? ` [${cause.name}]` : '';
  return new OutsideError(
    error.code,
    `secretsmanager:PutSecretValue did not take the new value${kind}; AWS's own words are not shown, as they may quote it`,
    where,
  );
}

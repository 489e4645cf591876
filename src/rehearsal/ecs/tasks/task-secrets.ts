/**
 * What a container's `secrets` give it when it starts. A secret that the platform does not have is left out: the rehearsal environment of
 * the service stands for it. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
import type { DescribeSecretResponse, GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { AwsError, type InternalCall } from '../../wire/operation.ts';
import type { ContainerRecord, TaskRecord } from '../records/task.ts';

/** A secret reference: the seven parts of an ARN, then a JSON key, a label and a version's id, each of which may be empty. */
const REFERENCE = /^(arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?$/;

/** Environment variables by name. Notes the version of each secret on the container's record. @throws AwsError, Error as ECS would word it */
export async function secretsOf(
  call: InternalCall,
  task: TaskRecord,
  container: ContainerRecord,
): Promise<Record<string, string>> {
  const definition = task.definition.definition.containerDefinitions?.find(({ name }) => name === container.name);
  const found: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of definition?.secrets ?? []) {
    const [, id, key = '', stage = '', version = ''] = REFERENCE.exec(valueFrom) ?? [];
    if (id === undefined || !(await isThere(call, id))) {
      continue;
    }
    const answer = await call<GetSecretValueResponse>('secretsmanager', 'GetSecretValue', {
      SecretId: id,
      ...(stage === '' ? {} : { VersionStage: stage }),
      ...(version === '' ? {} : { VersionId: version }),
    });
    found[name] = textOf(answer, key);
    container.secretVersions.push({ secret: answer.ARN ?? id, version: answer.VersionId ?? '' });
  }
  return found;
}

async function isThere(call: InternalCall, id: string): Promise<boolean> {
  try {
    await call<DescribeSecretResponse>('secretsmanager', 'DescribeSecret', { SecretId: id });
    return true;
  } catch (error) {
    const code = error instanceof AwsError ? error.code : undefined;
    if (code === 'ResourceNotFoundException' || code === 'UnsupportedOperationException') {
      return false;
    }
    throw error;
  }
}

function textOf({ SecretString, SecretBinary }: GetSecretValueResponse, key: string): string {
  const text = SecretString ?? Buffer.from(SecretBinary ?? []).toString('utf8');
  if (key === '') {
    return text;
  }
  const value = objectIn(text)?.[key];
  if (value === undefined || value === null) {
    throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

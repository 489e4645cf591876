/** How task definitions name a secret, and which part and version of it they take. Pure. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';

/** One reference of a container to the secret. */
export interface SecretReference {
  /** Of a JSON secret: the key that is taken; undefined: the whole value. */
  readonly key: string | undefined;
  readonly stage: string;
  readonly version: string | undefined;
}

interface SecretName {
  readonly arn: string;
  readonly name: string;
}

/** What every secret's ARN ends with: a hyphen and six characters (AWS: "Secrets Manager … six random characters"). */
const SUFFIX = /-[A-Za-z0-9]{6}$/;
const CURRENT = 'AWSCURRENT';
/** Secrets Manager through Parameter Store (AWS: "Referencing AWS Secrets Manager secrets from Parameter Store parameters"). */
const BY_PARAMETER = /(?:^|:parameter)\/aws\/reference\/secretsmanager\/(.+)$/;

/** Every reference of a task definition to the secret: of its containers' environments and of their log drivers. */
export function referencesTo(secret: SecretName, { containerDefinitions = [] }: TaskDefinition): SecretReference[] {
  return containerDefinitions.flatMap(({ secrets = [], logConfiguration }) =>
    [...secrets, ...(logConfiguration?.secretOptions ?? [])].flatMap(
      ({ valueFrom }) => referenceIn(valueFrom ?? '', secret) ?? [],
    ),
  );
}

/**
 * Reads `arn:aws:secretsmanager:region:account:secret:name[-suffix][:json-key:version-stage:version-id]`; undefined when it names another
 * secret. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function referenceIn(valueFrom: string, { arn, name }: SecretName): SecretReference | undefined {
  const parameter = BY_PARAMETER.exec(valueFrom)?.[1];
  if (parameter !== undefined) {
    return parameter === name || parameter === arn ? { key: undefined, stage: CURRENT, version: undefined } : undefined;
  }
  const [bare, ...rest] = splitArn(valueFrom);
  if (bare !== arn && bare !== arn.replace(SUFFIX, '')) {
    return undefined;
  }
  const [key = '', stage = '', version = ''] = rest;
  return {
    key: key === '' ? undefined : key,
    stage: stage === '' ? CURRENT : stage,
    version: version === '' ? undefined : version,
  };
}

/** The secret's ARN, which has seven parts, and what follows it. */
function splitArn(valueFrom: string): string[] {
  const parts = valueFrom.split(':');
  return [parts.slice(0, 7).join(':'), ...parts.slice(7)];
}

/** Why a restart would not bring the new value; undefined when it would. */
export function pinOf({ stage, version }: SecretReference): string | undefined {
  if (version !== undefined) {
    return `the version ${version}`;
  }
  return stage === CURRENT ? undefined : `the version with the label ${stage}`;
}

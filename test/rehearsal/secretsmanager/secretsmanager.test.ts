/** Secrets Manager of the rehearsal platform over its own wire, and what ECS makes of it. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ContainerRecord, TaskRecord } from '../../../src/rehearsal/ecs/records/task.ts';
import { secretsOf } from '../../../src/rehearsal/ecs/tasks/task-secrets.ts';
import { createSecretsManager } from '../../../src/rehearsal/secretsmanager/secretsmanager.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';

let wire: Wire;
let client: SecretsManagerClient;
const bugs: unknown[] = [];

beforeAll(async () => {
  const accountId = '000000000000';
  wire = createWire({ services: [], accountId, region: 'eu-central-1', onBug: (error) => bugs.push(error) });
  wire.register(createSecretsManager({ accountId, region: 'eu-central-1', now: () => new Date() }));
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new SecretsManagerClient({ region: 'eu-central-1', endpoint, credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await wire.close();
  expect(bugs).toEqual([]);
});

const token = (letter: string) => letter.repeat(32);
const stages = async (SecretId: string) =>
  (await client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
const put = (SecretId: string, letter: string, SecretString: string) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: token(letter) }));

it('keeps versions by their tokens, and moves the labels with them', async () => {
  await client.send(new CreateSecretCommand({ Name: 'v', SecretString: 'one', ClientRequestToken: token('a') }));
  await put('v', 'b', 'two');
  expect(await stages('v')).toEqual({ [token('a')]: ['AWSPREVIOUS'], [token('b')]: ['AWSCURRENT'] });
  await put('v', 'b', 'two');
  await expect(put('v', 'b', 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  await put('v', 'c', 'three');
  expect(await stages('v')).toEqual({ [token('b')]: ['AWSPREVIOUS'], [token('c')]: ['AWSCURRENT'] });
  const all = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'v', IncludeDeprecated: true }));
  expect(all.Versions?.map(({ VersionId }) => VersionId)).toEqual([token('a'), token('b'), token('c')]);
  const previous = await client.send(new GetSecretValueCommand({ SecretId: 'v', VersionStage: 'AWSPREVIOUS' }));
  expect([previous.SecretString, previous.VersionId]).toEqual(['two', token('b')]);
});

it('moves a label only from the version that has it', async () => {
  const { ARN: SecretId } = await client.send(
    new CreateSecretCommand({ Name: 'm', SecretString: 'one', ClientRequestToken: token('a') }),
  );
  await put('m', 'b', 'two');
  const move = (RemoveFromVersionId?: string) =>
    client.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: token('a') },
        ...(RemoveFromVersionId === undefined ? {} : { RemoveFromVersionId }),
      }),
    );
  await expect(move()).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(`currently attached to version ${token('b')}`),
  });
  await expect(move(token('a'))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await move(token('b'));
  expect(await stages('m')).toEqual({ [token('a')]: ['AWSCURRENT'], [token('b')]: ['AWSPREVIOUS'] });
});

it('gives nothing of a secret that is being deleted', async () => {
  await client.send(new CreateSecretCommand({ Name: 'd', SecretString: 'one' }));
  await client.send(new DeleteSecretCommand({ SecretId: 'd' }));
  expect((await client.send(new DescribeSecretCommand({ SecretId: 'd' }))).DeletedDate).toBeInstanceOf(Date);
  const read = client.send(new GetSecretValueCommand({ SecretId: 'd' }));
  await expect(read).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(put('d', 'b', 'two')).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

it('keeps a task from starting when its value cannot be given', async () => {
  const { ARN: arn } = await client.send(new CreateSecretCommand({ Name: 'json', SecretString: '{"key":"value"}' }));
  const given = (valueFrom: string) => {
    const secretVersions: ContainerRecord['secretVersions'] = [];
    const container = { name: 'web', secretVersions } as unknown as ContainerRecord;
    const definition = { containerDefinitions: [{ name: 'web', secrets: [{ name: 'KEY', valueFrom }] }] };
    return secretsOf(wire.call, { definition: { definition } } as unknown as TaskRecord, container);
  };
  expect(await given(`${arn}:key::`)).toEqual({ KEY: 'value' });
  expect(await given(`${arn}:::`)).toEqual({ KEY: '{"key":"value"}' });
  expect(await given('arn:aws:secretsmanager:eu-central-1:000000000000:secret:not-there-AbCdEf')).toEqual({});
  expect(await given('/a/parameter')).toEqual({});
  await expect(given(`${arn}:other::`)).rejects.toThrow('did not contain json key other');
  await expect(given(`${arn}::AWSPREVIOUS:`)).rejects.toThrow('staging label: AWSPREVIOUS');
});

it('refuses what it has no code for', async () => {
  await expect(client.send(new RotateSecretCommand({ SecretId: 'v' }))).rejects.toMatchObject({
    name: 'UnsupportedOperationException',
  });
});

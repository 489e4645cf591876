/** rotate-secret against moto, the independent server: no service takes the secret there. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planRotateSecret } from '../../../../src/operations/recover/secret/rotate-secret.ts';
import type { RotateSecretInputs } from '../../../../src/operations/recover/secret/scene.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { cutsOf, type How, type Lab, startLab } from '../lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const found = await pythonOrReason('moto');

describe.skipIf('skipped' in found)(`rotate-secret${'skipped' in found ? ` (${found.skipped})` : ''}`, () => {
  let lab: Lab;
  let secrets: SecretsManagerClient;

  beforeAll(async () => {
    lab = await startLab('python' in found ? found.python : '');
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
    secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: lab.endpoint, credentials });
  });

  afterAll(async () => {
    secrets.destroy();
    await lab.stop();
  });

  const none = {
    targets: [],
    of: () => {
      throw new Error('nothing is restarted here');
    },
  };
  const rotate = (inputs: Partial<RotateSecretInputs>, how: How) =>
    lab.run(
      (request, ports) =>
        planRotateSecret(
          request,
          {
            ...{ secret: 'none', value: undefined, keepNewline: false, undo: false, revoke: undefined },
            ...{ checkUrl: undefined },
            ...inputs,
          },
          none,
          ports,
        ),
      how,
    );
  const value = (text: string) => ({ value: { bytes: Buffer.from(text) } });
  const read = async (SecretId: string, VersionStage = 'AWSCURRENT') =>
    (await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

  it('puts, revokes and puts back, cut off anywhere', async () => {
    for (const [at, cut] of cutsOf(2).entries()) {
      const secret = `cut-${at}`;
      await secrets.send(new CreateSecretCommand({ Name: secret, SecretString: 'former' }));
      const revoked: (string | undefined)[] = [];
      const revoke = {
        withOldValue: true,
        run: async (_: unknown, stdin: string | undefined) => {
          revoked.push(stdin);
          return 0;
        },
      };
      const folder = await lab.folder();
      const first = await rotate({ secret, ...value('fresh'), revoke }, { folder, cut });
      expect(first.evidence?.reasons[0]?.code).toBe('cancelled');
      const { evidence } = await rotate({ secret, ...value('fresh'), revoke }, { folder });
      expect([cut, evidence?.verdict, revoked]).toEqual([cut, 'pass', ['former']]);
      expect([await read(secret), await read(secret, 'AWSPREVIOUS')]).toEqual(['fresh', 'former']);
      expect(await read(secret, 'SUREFOOT_REVOKED')).toBe('former');
    }
  });

  it('puts the former value back', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'undone', SecretString: 'former' }));
    await rotate({ secret: 'undone', ...value('fresh') }, { folder: await lab.folder() });
    expect(await read('undone')).toBe('fresh');
    const { evidence } = await rotate({ secret: 'undone', undo: true }, { folder: await lab.folder() });
    expect([evidence?.verdict, await read('undone')]).toEqual(['pass', 'former']);
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: 'undone' }));
    expect(Object.values(VersionIdsToStages).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('refuses a secret that is not there', async () => {
    const { planned } = await rotate({ secret: 'nowhere', ...value('x') }, { folder: await lab.folder() });
    expect(planned.refusals).toMatchObject([{ code: 'no-such-secret' }]);
  });
});

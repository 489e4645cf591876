import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createCallers } from '../../../src/rehearsal/sts/callers.ts';
import { createSts } from '../../../src/rehearsal/sts/module.ts';
import { start } from '../wire/support/clients.ts';

const ACCOUNT = '000000000000';
const whoAmI = new GetCallerIdentityCommand({});

describe('STS', () => {
  it('tells who is calling, in an account that is visibly not real', async () => {
    const bench = await start([createSts(createCallers(ACCOUNT))]);
    const identity = await bench.sts.send(whoAmI);
    expect(identity).toMatchObject({
      Account: ACCOUNT,
      Arn: 'arn:aws:sts::000000000000:assumed-role/rehearsal/surefoot',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:surefoot$/),
    });
  });

  it('gives the keys of a role to who assumes it, and knows the role by its keys', async () => {
    const callers = createCallers(ACCOUNT);
    const bench = await start([createSts(callers)]);
    const RoleArn = 'arn:aws:iam::000000000000:role/teams/deployer';
    const request = { RoleArn, RoleSessionName: 'night', DurationSeconds: 900 };
    const before = Date.now();
    const { Credentials: keys, AssumedRoleUser: user } = await bench.sts.send(new AssumeRoleCommand(request));
    expect(keys?.Expiration?.getTime()).toBeGreaterThanOrEqual(before + 899_000);
    expect(user?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/deployer/night');
    expect(callers.of(keys?.AccessKeyId).roleArn).toBe(RoleArn);
    const other = new STSClient({
      endpoint: bench.endpoint,
      region: 'us-west-2',
      credentials: {
        accessKeyId: keys?.AccessKeyId ?? '',
        secretAccessKey: keys?.SecretAccessKey ?? '',
        sessionToken: keys?.SessionToken ?? '',
      },
    });
    expect(await other.send(whoAmI)).toMatchObject({ Arn: user?.Arn, UserId: user?.AssumedRoleId });
    other.destroy();
    expect((await bench.sts.send(whoAmI)).Arn).toContain('assumed-role/rehearsal/');
  });

  it('lets nobody assume a role of another account', async () => {
    const bench = await start([createSts(createCallers(ACCOUNT))]);
    const request = { RoleArn: 'arn:aws:iam::111122223333:role/deployer', RoleSessionName: 'night' };
    await expect(bench.sts.send(new AssumeRoleCommand(request))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
  });
});

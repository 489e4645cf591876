import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { sts } from '../../../src/rehearsal/sts/module.ts';
import { start } from '../wire/support/clients.ts';

describe('STS', () => {
  it('tells who is calling, in an account that is visibly not real', async () => {
    const bench = await start([sts]);
    const identity = await bench.sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/rehearsal',
      UserId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
    });
  });
});

import { GetCallerIdentity$, type GetCallerIdentityRequest, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { operation } from '../wire/operation.ts';

/** Who is calling: always the same user, since the platform has no IAM. The account says that it is not a real one. */
export const getCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
  schema: GetCallerIdentity$,
  supports: [],
  source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
  handle: (_input, { accountId }) => ({
    UserId: 'AIDAREHEARSAL00000000',
    Account: accountId,
    Arn: `arn:aws:iam::${accountId}:user/rehearsal`,
  }),
});

import { GetCallerIdentity$, type GetCallerIdentityRequest, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { type Operation, operation } from '../wire/operation.ts';
import type { Callers } from './callers.ts';

/** Who is calling: the session of the role that the access key belongs to. The account says that it is not a real one. */
export function getCallerIdentity(callers: Callers): Operation {
  return operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
    schema: GetCallerIdentity$,
    supports: [],
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
    handle: (_input, { accountId, accessKeyId }) => {
      const { userId, arn } = callers.of(accessKeyId);
      return { UserId: userId, Account: accountId, Arn: arn };
    },
  });
}

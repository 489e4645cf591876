import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import { AwsError, type Operation, operation } from '../wire/operation.ts';
import type { Callers } from './callers.ts';

/** An hour, unless the request says otherwise. */
const DEFAULT_SECONDS = 3600;

/** Keys of a session of a role. Any role of the account can be assumed by anybody, since the platform has no IAM. */
export function assumeRole(callers: Callers): Operation {
  return operation<AssumeRoleRequest, AssumeRoleResponse>({
    schema: AssumeRole$,
    supports: ['RoleArn', 'RoleSessionName', 'DurationSeconds'],
    inert: {
      ExternalId: 'there are no trust policies that could ask for it',
      'Tags[].*': 'there are no policies that could look at them',
      TransitiveTagKeys: 'there are no policies that could look at them',
    },
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
    handle: ({ RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS }, { accountId, accessKeyId }) => {
      if (!RoleArn.startsWith(`arn:aws:iam::${accountId}:role/`)) {
        const who = callers.of(accessKeyId).arn;
        const text = `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;
        throw new AwsError('AccessDenied', text, 403);
      }
      const session = callers.assume(RoleArn, RoleSessionName);
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: new Date(Date.now() + DurationSeconds * 1000),
        },
        AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
        // Of session policies, which are refused.
        PackedPolicySize: 0,
      };
    },
  });
}

/** Whose credentials are used. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { awsCall } from './errors.ts';

export { STSClient } from '@aws-sdk/client-sts';

/** The account that the credentials belong to; ends early, with an AbortError, when `signal` aborts. */
export async function callerAccount(client: STSClient, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? {} : { abortSignal: signal };
  const answer = await awsCall('sts:GetCallerIdentity', () => client.send(new GetCallerIdentityCommand({}), options));
  return answer.Account ?? 'unknown';
}

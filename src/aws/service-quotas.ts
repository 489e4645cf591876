/** What an account may have at most in a region. */
import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { awsCall, isAwsError } from './errors.ts';

export { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';

export interface ServiceQuotasGateway {
  /** The quota that is applied to the account here; undefined where AWS knows of none. */
  quota(service: string, code: string): Promise<number | undefined>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createServiceQuotasGateway(client: ServiceQuotasClient, signal?: AbortSignal): ServiceQuotasGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async quota(service, code) {
      try {
        const { Quota } = await awsCall('servicequotas:GetServiceQuota', () =>
          client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }), options),
        );
        return Quota?.Value;
      } catch (error) {
        if (isAwsError(error, 'NoSuchResourceException')) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

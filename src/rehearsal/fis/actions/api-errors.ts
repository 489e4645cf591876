/** Errors that the calls of a role get. */
import { type ApiErrorKind, type ApiFaults, serviceOfNamespace } from '../../wire/api-faults.ts';
import { type FaultAction, FaultFailure, lasting } from '../faults/fault-action.ts';
import { notInjected } from './failure.ts';

/**
 * `aws:fis:inject-api-throttle-error`, `-internal-error`, `-unavailable-error`: `percentage` of the roles' calls of the operations fail. AWS
 * has it for ec2 and kinesis, of which the platform has neither; here it is for the services that the platform has.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#fault-injection-actions-reference-fis
 */
export function injectApiError(kind: ApiErrorKind, apiFaults: ApiFaults): FaultAction {
  return {
    async start(targets, parameters, { clock, actionName }) {
      const { service: namespace = '', percentage = '' } = parameters;
      const service = serviceOfNamespace(namespace);
      if (service === undefined) {
        throw notInjected(actionName, `errors into calls of ${namespace}, which it does not have`);
      }
      const operations = new Set((parameters['operations'] ?? '').split(',').map((name) => name.trim()));
      const strangers = [...operations].filter((name) => !service.operations.has(name));
      if (strangers.length > 0) {
        const text = `${service.title} has no operation ${strangers.join(', ')}; operations are named as in its API, with commas in between.`;
        throw new FaultFailure('ConfigurationFailure', actionName, text);
      }
      const roles = new Set((targets.get('Roles') ?? []).map(({ arn }) => arn));
      const end = apiFaults.inject({ kind, roles, namespace, operations, percentage: Number(percentage) });
      return lasting(parameters, clock, async () => end());
    },
  };
}

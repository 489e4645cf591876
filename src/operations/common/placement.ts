/** Where a task of its own runs: in a service's network, on what the service runs on. */
import type { RunTaskCommandInput, Service } from '@aws-sdk/client-ecs';

/** "If a capacityProviderStrategy is specified, the launchType parameter must be omitted" (AWS: RunTask). */
export function placementOf({
  launchType,
  capacityProviderStrategy = [],
  platformVersion,
  networkConfiguration,
}: Pick<
  Service,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration'
>): Partial<RunTaskCommandInput> {
  return {
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : launchType && { launchType }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
  };
}

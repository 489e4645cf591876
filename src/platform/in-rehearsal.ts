/** What of a service is different on a rehearsal platform. */
import type { ServiceInEnvironment } from './model.ts';

/**
 * The service with its smoke check sent to the rehearsal platform's test listener, also where surefoot.yml names an address: that one
 * is of the real environment, which a rehearsal must leave alone. The platform knows its own, also where ports had to be moved.
 */
export function atTestListener(target: ServiceInEnvironment, url: string | undefined): ServiceInEnvironment {
  const { smoke } = target.deploy;
  return smoke === undefined || url === undefined
    ? target
    : { ...target, deploy: { ...target.deploy, smoke: { ...smoke, url } } };
}

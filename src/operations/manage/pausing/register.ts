/** Changing a scalable target while Application Auto Scaling itself may be changing it. */
import type { ScalableTarget, ScaledService } from '../../../aws/application-auto-scaling.ts';
import { isAwsError } from '../../../aws/errors.ts';
import type { Ports } from '../../ports.ts';

/** Seconds between attempts. */
const WAITS = [1, 2, 4, 8];

/**
 * Registers the change; again when AWS says that another update is under way ("if you request an update to an Application Auto Scaling
 * resource that already has a pending update", ConcurrentUpdateException): a scheduled action may fire just now.
 */
export async function registerPatiently(
  service: ScaledService,
  change: Partial<ScalableTarget>,
  ports: Ports,
): Promise<void> {
  for (const waitSeconds of WAITS) {
    try {
      return await ports.aws.autoScaling.register(service, change);
    } catch (error) {
      if (!isAwsError(error, 'ConcurrentUpdateException')) {
        throw error;
      }
      ports.reporter.warn(`another update of ${service.ecsService}'s scaling is under way; again in ${waitSeconds} s`);
      await ports.clock.sleep(waitSeconds * 1000, ports.signal);
    }
  }
  return ports.aws.autoScaling.register(service, change);
}

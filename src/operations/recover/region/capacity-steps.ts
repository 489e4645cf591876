/** Full capacity in the region that takes over, and back to what it was: what it was stands on each service as a tag. */
import type { AwsGateways } from '../../../aws/gateways.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import { patiently } from '../../common/patience.ts';
import { lookEveryMs } from '../../common/polling.ts';
import { readinessOf } from '../../common/readiness.ts';
import { type Step, StepFailed } from '../request.ts';
import { type Capacity, tagsOf, WARM_TAG, warmOn, warmTagOf } from './readiness/known-state.ts';
import type { PairFacts } from './readiness/survey.ts';
import { placeOf, type RegionInputs, type RegionPorts } from './request.ts';

/** Images are pulled and tasks become healthy; what a service says of itself counts when it is longer. */
const LEAST_WAIT_SECONDS = 600;

/** Writes down what the other region is, on the standby's services. */
export function rememberStep(services: readonly PairFacts[], ports: RegionPorts): Step {
  const told = services.flatMap(({ to, other, otherFrom }) =>
    to === undefined || other === undefined || otherFrom !== 'asked' ? [] : [{ to, other }],
  );
  return {
    id: 'remember',
    title: 'write down on the services what the other region runs, for the day when it cannot be asked',
    undo: 'take the tags surefoot:other-region-… off',
    // It is of this moment: what an earlier one wrote is older.
    done: async () => (told.length === 0 ? 'there is nothing to write down' : undefined),
    async carryOut() {
      for (const { to, other } of told) {
        for (const [key, value] of Object.entries(tagsOf(other))) {
          await ports.aws.ecs.tag(to.arn, key, value);
        }
      }
      return told.map(({ to, other }) => `${to.target.ecsService}: ${other.tasks} tasks`).join('; ');
    },
  };
}

/** Desired count and lower bound become what full capacity is; the upper bound where it is in the way. */
export function scaleStep(services: readonly PairFacts[], { to }: RegionInputs, { aws }: RegionPorts): Step {
  const wanted = services.map(({ pair, wanted: tasks }) => `${pair.to.ecsService} to ${tasks}`);
  return {
    id: 'scale',
    title: `scale ${wanted.join(', ')} tasks in ${placeOf(to)}`,
    undo: `scale back to what the tag ${WARM_TAG} on each service says`,
    async done() {
      const seen = await Promise.all(services.map(({ pair, wanted: tasks }) => isAt(pair.to, tasks, aws)));
      return seen.every(Boolean) ? `${wanted.join(', ')} or more` : undefined;
    },
    async carryOut() {
      for (const { pair, wanted: tasks } of services) {
        await scaleUp(pair.to, tasks, aws);
      }
      return wanted.join(', ');
    },
  };
}

async function isAt(target: ServiceInEnvironment, wanted: number, aws: AwsGateways): Promise<boolean> {
  const { service, bounds } = await capacityOf(target, aws);
  return (service.desiredCount ?? 0) >= wanted && (bounds === undefined || bounds.minimum >= wanted);
}

async function capacityOf(target: ServiceInEnvironment, aws: AwsGateways) {
  const [service, bounds] = await Promise.all([
    aws.ecs.service(target.cluster, target.ecsService),
    aws.autoScaling.scalableTarget(target),
  ]);
  if (service === undefined) {
    throw new StepFailed('service-missing', `there is no service "${target.ecsService}" any more`);
  }
  return { service, bounds };
}

async function scaleUp(target: ServiceInEnvironment, wanted: number, aws: AwsGateways): Promise<void> {
  const { service, bounds } = await capacityOf(target, aws);
  if (warmOn(service) === undefined) {
    const warm: Capacity = { desired: service.desiredCount ?? 0, bounds };
    await aws.ecs.tag(service.serviceArn ?? '', WARM_TAG, warmTagOf(warm));
  }
  if (bounds !== undefined) {
    await aws.autoScaling.register(target, { minimum: wanted, maximum: Math.max(bounds.maximum, wanted) });
  }
  if ((service.desiredCount ?? 0) < wanted) {
    await aws.ecs.updateService({ cluster: target.cluster, service: target.ecsService, desiredCount: wanted });
  }
}

/** Waits until every service has its tasks, healthy. */
export function healthyStep(services: readonly PairFacts[], { to, speed }: RegionInputs, ports: RegionPorts): Step {
  const look = async () => {
    const all = await Promise.all(services.map((facts) => healthOf(facts, ports.aws)));
    return { left: all.filter(({ healthy }) => !healthy), seen: all.map((one) => one.seen).join('; ') };
  };
  return {
    id: 'healthy',
    title: `wait until all of them are healthy in ${placeOf(to)}`,
    undo: 'nothing: it only waits',
    async done() {
      const { left, seen } = await look();
      return left.length === 0 ? seen : undefined;
    },
    async carryOut() {
      const seconds = Math.max(LEAST_WAIT_SECONDS, ...services.map(({ pair }) => pair.to.deploy.healthyWithinSeconds));
      const limit = ports.clock.now().getTime() + seconds * 1000;
      for (;;) {
        const { left, seen } = await patiently(look, ports);
        if (left.length === 0) {
          return seen;
        }
        if (ports.clock.now().getTime() > limit) {
          const which = left.map((one) => one.seen).join('; ');
          throw new StepFailed('not-healthy', `${which}, after ${seconds} s: users were not moved`);
        }
        ports.reporter.progress(seen);
        await ports.clock.sleep(lookEveryMs(speed), ports.signal);
      }
    },
  };
}

export async function healthOf(
  { pair, wanted }: PairFacts,
  aws: AwsGateways,
): Promise<{ healthy: boolean; seen: string }> {
  const target = pair.to;
  const service = await aws.ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    return { healthy: false, seen: `${target.ecsService} is not there` };
  }
  const { reached, seen } = await readinessOf({ target, service }, { aws });
  return { healthy: reached && (service.desiredCount ?? 0) >= wanted, seen: `${target.ecsService}: ${seen}` };
}

/** Back to the capacity that stands on the services, and the tag goes. */
export function coolStep(targets: readonly ServiceInEnvironment[], place: string, id: string, aws: AwsGateways): Step {
  const remembered = async () => {
    const all = await Promise.all(targets.map(async (target) => ({ target, ...(await capacityOf(target, aws)) })));
    return all.flatMap(({ target, service }) => {
      const warm = warmOn(service);
      return warm === undefined ? [] : [{ target, warm, arn: service.serviceArn ?? '' }];
    });
  };
  return {
    id,
    title: `scale ${targets.map(({ ecsService }) => ecsService).join(', ')} in ${place} back to what they were`,
    undo: 'scale them up again',
    async done() {
      return (await remembered()).length === 0 ? 'no service was scaled up by surefoot' : undefined;
    },
    async carryOut() {
      const all = await remembered();
      for (const { target, warm, arn } of all) {
        if (warm.bounds !== undefined) {
          await aws.autoScaling.register(target, warm.bounds);
        }
        const { cluster, ecsService } = target;
        await aws.ecs.updateService({ cluster, service: ecsService, desiredCount: warm.desired });
        // Last: until then it is known what it was.
        await aws.ecs.untag(arn, WARM_TAG);
      }
      return all.map(({ target, warm }) => `${target.ecsService}: ${warmTagOf(warm)}`).join('; ');
    },
  };
}

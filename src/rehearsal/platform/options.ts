import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { StepBake } from '../ecs/plan/stages.ts';
import type { ServiceModule } from '../wire/operation.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';

export interface RehearsalOptions {
  readonly target: ServiceInEnvironment;
  readonly region: string;
  readonly zones: readonly string[];
  readonly speed: number;
  /** Logs of the tasks go here. */
  readonly workDirectory: string;
  /** Where the AWS endpoint listens; 0 = any free port. */
  readonly port?: number;
  readonly addressing?: 'auto' | 'subnets' | 'ports';
  /** Added to every task's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Images are those of another region too, digest by digest: what is this region's own comes by the task definition. */
  readonly sharedImages?: boolean;
  /** On which side of its pauses a canary bakes, which AWS leaves open: `before-pause` unless said otherwise. */
  readonly stepBake?: StepBake;
  /** The zones in which the service's tasks are placed, of `zones`; all of them unless said otherwise. */
  readonly taskZones?: readonly string[];
  /** A file that gets a line for each request to the load balancer (`world/balancer/access-log.ts`). */
  readonly accessLog?: string;
  /** Where things live, released by who made it; a plan of the platform's own unless said otherwise. */
  readonly addresses?: AddressPlan;
  /** Services that are more than one platform's: in the place of the platform's own ones of the same id. */
  readonly services?: readonly ServiceModule[];
  readonly signal: AbortSignal;
  readonly onBug?: (error: unknown) => void;
}

/** How large the tasks of a service are, read for what a pause saves. */
import { sizeOf, type TaskSize } from '../../common/task-size.ts';
import type { Ports } from '../../ports.ts';
import type { Live } from '../live.ts';

/** As the task definition says; as surefoot.yml does where it cannot be read: savings are a help, and never fail a pause. */
export async function readTaskSize(
  { service, target }: Pick<Live, 'service' | 'target'>,
  ports: Ports,
): Promise<TaskSize> {
  if (service.taskDefinition === undefined) {
    return sizeOf({}, target);
  }
  try {
    const { taskDefinition } = await ports.aws.ecs.taskDefinition(service.taskDefinition);
    return sizeOf(taskDefinition, target);
  } catch (error) {
    ports.signal.throwIfAborted();
    const cause = error instanceof Error ? error.message : String(error);
    ports.reporter.warn(`savings are counted with the task size of surefoot.yml: ${cause}`);
    return sizeOf({}, target);
  }
}

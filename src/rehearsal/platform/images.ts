import type { RehearsalSettings } from '../../platform/model/rehearsal.ts';
import type { ImageRegistry } from '../ecr/registry.ts';

/** Every image that surefoot.yml names is "pushed": its digest is that of the way it runs. `surroundings` is what every task finds in its environment. */
export function fillRegistry(
  registry: ImageRegistry,
  rehearsal: RehearsalSettings,
  surroundings: Readonly<Record<string, string>>,
): ImageRegistry {
  for (const [reference, environment] of Object.entries(rehearsal.images)) {
    const [repository = reference, tag = 'latest'] = reference.split(':');
    registry.push({
      repository,
      tag,
      recipe: {
        command: rehearsal.command,
        cwd: rehearsal.directory,
        environment: { ...rehearsal.environment, ...environment, ...surroundings },
        startDelayMs: rehearsal.startSeconds * 1000,
      },
    });
  }
  return registry;
}

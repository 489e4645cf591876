/** The deployment that a scenario asks for: as `surefoot deploy` would, with nobody to ask. */
import { InputError } from '../../errors.ts';
import type { DeployRequest } from '../../operations/deploy/request.ts';
import type { Stage } from './scenario.ts';

export function deployRequest(stage: Stage, image: string): DeployRequest {
  return {
    platform: stage.platform.name,
    target: stage.target,
    change: { kind: 'images', byContainer: { [stage.target.container]: image } },
    account: undefined,
    objectives: stage.platform.objectives,
    approve: async () => true,
    rehearsalSpeed: stage.rehearsal.speed,
  };
}

/** The image that surefoot.yml gives for the scenario, in the repository that the service runs from. */
export function candidateImage(stage: Stage, scenario: string): string {
  const reference = stage.target.rehearsal?.scenarios[scenario];
  if (reference === undefined) {
    throw new InputError(
      'no-scenario-image',
      `surefoot.yml names no image for the scenario ${scenario}: add \`scenarios: { ${scenario}: <one of images> }\` under rehearsal of the service`,
    );
  }
  return `000000000000.dkr.ecr.${stage.rehearsal.region}.amazonaws.com/${reference}`;
}

/** The deployment that a scenario asks for: as `surefoot deploy` would, with nobody to ask. */
import { InputError } from '../../errors.ts';
import type { DeployRequest } from '../../operations/deploy/request.ts';
import { longestWatch } from '../../operations/deploy/watch/watch-timing.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Scenario, Stage } from './scenario.ts';

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

/** @throws InputError naming every scenario for which surefoot.yml has no image, before anything is started */
export function requireImages(target: ServiceInEnvironment, scenarios: readonly Pick<Scenario, 'name'>[]): void {
  const missing = scenarios.map(({ name }) => name).filter((name) => target.rehearsal?.scenarios[name] === undefined);
  if (missing.length > 0) {
    const known = Object.keys(target.rehearsal?.scenarios ?? {}).join(', ') || 'none';
    throw new InputError(
      'no-scenario-image',
      `surefoot.yml names no image for ${missing.join(', ')} (it names: ${known}): add \`scenarios: { ${missing[0]}: <one of images> }\` under rehearsal of the service, or name the scenarios to run`,
    );
  }
}

/** The speed shortens a pause's time-out more than the watch that must fit into it. @throws InputError when it no longer fits */
export function requirePatience(target: ServiceInEnvironment, speed: number): void {
  const left = (target.deploy.hookTimeoutMinutes * 60) / speed;
  const needed = longestWatch(target.deploy.watch, speed);
  if (target.deploy.watch !== undefined && left <= needed) {
    throw new InputError(
      'speed-too-high',
      `at speed ${speed} a pause of ${target.ecsService} times out after ${left.toFixed(0)} s, but its watch may take ${needed.toFixed(0)} s: write a lower --speed, or a longer hookTimeout in surefoot.yml`,
    );
  }
}

/** The image that surefoot.yml gives for the scenario, in the repository that the service runs from. */
export function candidateImage(stage: Stage, scenario: string): string {
  requireImages(stage.target, [{ name: scenario }]);
  const reference = stage.target.rehearsal?.scenarios[scenario];
  return `000000000000.dkr.ecr.${stage.rehearsal.region}.amazonaws.com/${reference}`;
}

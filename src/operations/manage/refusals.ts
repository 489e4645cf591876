/** What must hold before a service's tasks are changed: pure, and all reasons at once. */
import type { Reason } from '../../report/evidence.ts';
import { countsOf, type Live } from './live.ts';
import type { ManageRequest } from './request.ts';

/** Refusals of everything that changes how many tasks run: a deployment is under way, or the service is not one that can be scaled. */
export function changeRefusals(live: Live): Reason[] {
  return [...deploymentRefusals(live), ...daemonRefusals(live)];
}

function refusal(code: string, message: string): Reason {
  return { code, message };
}

/** A deployment counts and judges tasks; changing their number meanwhile would change its verdict. */
function deploymentRefusals({ target, service, running }: Live): Reason[] {
  const [deployment] = running;
  if (deployment !== undefined) {
    const since = deployment.startedAt ?? deployment.createdAt;
    return [
      refusal(
        'deployment-running',
        `${target.ecsService} has a deployment ${deployment.status} since ${since?.toISOString() ?? 'an unknown time'} (${deployment.serviceDeploymentArn}): wait for its end, or end it with \`surefoot rollback\``,
      ),
    ];
  }
  const sets = service.taskSets ?? [];
  return sets.length > 1
    ? [
        refusal(
          'deployment-running',
          `${target.ecsService} has ${sets.length} task sets (${sets.map((set) => set.id ?? set.taskSetArn).join(', ')}): a deployment of its ${service.deploymentController?.type} controller is under way`,
        ),
      ]
    : [];
}

function daemonRefusals({ target, service }: Live): Reason[] {
  return service.schedulingStrategy === 'DAEMON'
    ? [
        refusal(
          'daemon',
          `${target.ecsService} runs one task on each instance (DAEMON): ECS takes no desired count for it`,
        ),
      ]
    : [];
}

/** A protected environment is never paused, whoever asks; any other only where surefoot.yml says so. */
export function pauseRefusals({ environment }: Pick<ManageRequest, 'environment'>): Reason[] {
  if (environment.protected) {
    return [
      refusal(
        'protected',
        `${environment.name} is protected (${environment.lines.protected}): it is never paused, whoever asks`,
      ),
    ];
  }
  return environment.pausable
    ? []
    : [
        refusal(
          'not-pausable',
          `${environment.name} is not pausable: write \`pausable: true\` under it (${environment.lines.pausable}) if its services may be scaled to nothing`,
        ),
      ];
}

/** Another account than the environment's own. Not asked in a rehearsal. */
export function accountRefusals(
  account: string | undefined,
  { environment }: Pick<ManageRequest, 'environment'>,
): Reason[] {
  return account === undefined || environment.account === undefined || account === environment.account
    ? []
    : [
        refusal(
          'wrong-account',
          `the credentials belong to account ${account}, but surefoot.yml says that ${environment.name} is in ${environment.account}`,
        ),
      ];
}

/** A paused service is resumed, not changed otherwise: what it is brought back to would not be what was there. */
export function pausedRefusals(live: Live): Reason[] {
  const { memory, target } = live;
  return memory === undefined
    ? []
    : [
        refusal(
          'paused',
          `${target.ecsService} was paused at ${memory.since.toISOString()}, with ${memory.desired} task${memory.desired === 1 ? '' : 's'} before: \`surefoot resume\` brings it back`,
        ),
      ];
}

/** There is nothing to restart or to scale from. */
export function emptyRefusals(live: Live): Reason[] {
  return countsOf(live).desired === 0
    ? [refusal('no-tasks', `${live.target.ecsService} has a desired count of 0: \`surefoot resume\` starts its tasks`)]
    : [];
}

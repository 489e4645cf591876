import { ecsApi, PAGES } from '../../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../../behaviour.ts';

const stages = provenIn('ecs/blue-green/stages.test.ts');
const hooks = provenIn('ecs/blue-green/hooks.test.ts');
const wayBack = provenIn('ecs/blue-green/way-back.test.ts');
const superseded = provenIn('ecs/blue-green/superseded.test.ts');
const weightSteps = provenIn('ecs/plan/weight-steps.test.ts');
const refusals = provenIn('ecs/operations/service-refusals.test.ts');

export const BLUE_GREEN: BehaviourSection = {
  title: 'Blue-green deployments',
  behaviours: [
    supported(
      'The stages come in AWS’s order, with test and production weights, task counts and groups right at each of them.',
      PAGES.blueGreen,
      stages(
        'stages come in AWS’s order; weights, counts and groups are right at each pause; two deployments swap the groups',
      ),
    ),
    supported(
      'Traffic moves by listener rules, also default rules, without a lost request.',
      PAGES.blueGreen,
      provenIn('ecs/real-balancer.test.ts')(
        'through listener default rules of the real balancer, a deployment goes live without a lost request',
      ),
    ),
    simplified(
      'Weights that are on the rules are not looked at: the shift sets both.',
      'as AWS does by its issue tracker (containers-roadmap 2853), not by its documentation',
      PAGES.blueGreen,
      weightSteps('every multiple of 0.1 is exact and within ELBv2’s 0 to 999'),
    ),
    supported(
      'Rules that do not reach both groups end the deployment with AWS’s “invalid networking configuration”.',
      PAGES.blueGreenMigration,
      wayBack('rules that do not reach both groups roll the deployment back with AWS’s words'),
    ),
    supported(
      'The bake time keeps both revisions running; StopServiceDeployment in it sends the traffic back.',
      PAGES.blueGreen,
      wayBack(
        'StopServiceDeployment during the bake sends traffic back first, then ends green; it cannot stop what has ended',
      ),
    ),
    simplified(
      'A rollback moves production traffic, then test traffic, then ends the new revision, by the same stage names.',
      'AWS documents that traffic goes back, not the order of its stages',
      PAGES.blueGreen,
      wayBack(
        'StopServiceDeployment during the bake sends traffic back first, then ends green; it cannot stop what has ended',
      ),
    ),
    simplified(
      'A blue that was kept warm gets the traffic back at once, whatever its health; one that is gone is started first.',
      'AWS does not say so',
      PAGES.blueGreen,
      wayBack('a warm blue gets the traffic back at once, whatever its health'),
    ),
    simplified(
      'A service’s first deployment goes through the stages without hooks and bake time, and points the rules at its group.',
      'AWS does not say whether hooks run before a service has been there',
      PAGES.blueGreen,
      stages('the first deployment brings the service up without hooks or bake and points both rules at its group'),
    ),
    simplified(
      'A first deployment that fails has nothing to go back to: ROLLBACK_FAILED, and what runs stays.',
      'the status is AWS’s; what stays is not documented',
      ecsApi('ServiceDeployment'),
      wayBack('a first deployment that is stopped has nothing to go back to'),
    ),
    simplified(
      'RECONCILE_SERVICE: a deployment over an unfinished one first brings the service back to the last good revision.',
      'AWS documents that the stage exists, not what it does; this is the reading that loses least',
      PAGES.hooks,
      superseded(
        'an update during a deployment supersedes it: the service is reconciled to the last good revision first',
      ),
    ),
    simplified(
      'Superseded in CLEAN_UP, the new revision has won: SUCCESSFUL, and where the next one starts from.',
      'AWS does not say so',
      PAGES.serviceDeployments,
      superseded('superseded in CLEAN_UP, the new revision has won and is where the next one starts from'),
    ),
    supported(
      'A green that never becomes healthy stays in SCALE_UP: there is no time-out of its own.',
      PAGES.blueGreen,
      stages('a crash-looping green stays in SCALE_UP, slower and slower, until it is stopped'),
    ),
    supported(
      'A rollback that fails is ROLLBACK_FAILED, with the reason.',
      ecsApi('ServiceDeployment'),
      wayBack('a rule that cannot be changed rolls back, and when that fails too the deployment says so'),
    ),
    notModelled(
      'Delays of AWS’s own between stages; shifts by Service Connect.',
      'a shift is in force when its stage ends',
    ),
  ],
};

export const HOOKS: BehaviourSection = {
  title: 'Lifecycle hooks',
  behaviours: [
    supported(
      'PAUSE hooks wait for ContinueServiceDeployment with CONTINUE or ROLLBACK; an answered hook cannot be answered again.',
      PAGES.pauseHooks,
      hooks(
        'hooks of one stage wait for all; ContinueServiceDeployment with ROLLBACK goes back, and no hook answers twice',
      ),
    ),
    supported(
      'A hook that nobody answers rolls back at its time-out, or goes on when its action is CONTINUE.',
      PAGES.pauseHooks,
      hooks('a hook that nobody answers rolls back when it times out'),
      'the default of 1440 minutes is scaled like every wait of the control plane',
    ),
    supported(
      'Hooks can stand at the stages that AWS allows, ten at most, for 14 days at most.',
      PAGES.pauseHooks,
      refusals('cannot be created with %s'),
    ),
    supported(
      'lifecycleHookDetails shows each hook with status, expiry and time-out action.',
      ecsApi('ServiceDeployment'),
      hooks('a hook that nobody answers rolls back when it times out'),
    ),
    notModelled('Lambda hooks.', 'refused by name', PAGES.hooks, refusals('cannot be created with %s')),
  ],
};

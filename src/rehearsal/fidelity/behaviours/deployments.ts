import { ecsApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const rolling = provenIn('ecs/rolling.test.ts');
const bounds = provenIn('ecs/plan/percent-bounds.test.ts');
const stages = provenIn('ecs/blue-green/stages.test.ts');
const hooks = provenIn('ecs/blue-green/hooks.test.ts');
const wayBack = provenIn('ecs/blue-green/way-back.test.ts');
const superseded = provenIn('ecs/blue-green/superseded.test.ts');
const weightSteps = provenIn('ecs/plan/weight-steps.test.ts');
const canary = provenIn('ecs/canary.test.ts');
const refusals = provenIn('ecs/operations/service-refusals.test.ts');

export const ROLLING: BehaviourSection = {
  title: 'Rolling deployments',
  behaviours: [
    supported(
      'minimumHealthyPercent is rounded up and maximumPercent down; no step leaves the bounds.',
      ecsApi('DeploymentConfiguration'),
      bounds('never starts above the maximum and never stops healthy tasks below the minimum'),
    ),
    supported(
      'At 100/200 new tasks are healthy before old ones are stopped; at 50/100 it stops first.',
      PAGES.rolling,
      rolling('at 100/200 new tasks are healthy before old ones are stopped'),
    ),
    supported(
      'Bounds that allow no move are said in the event that AWS writes.',
      PAGES.eventMessages,
      rolling('bounds that allow no move are said as AWS says it'),
    ),
    supported(
      'StopServiceDeployment rolls back within the same service deployment.',
      PAGES.stopDeployment,
      rolling('StopServiceDeployment rolls back in the same deployment: the old revision is the primary again'),
    ),
    simplified(
      'A rolling deployment has the stages PRE_SCALE_UP, SCALE_UP and POST_SCALE_UP; PAUSE hooks hold it there.',
      'AWS documents the hooks, not the stages of a rolling update',
      PAGES.pauseHooks,
      rolling(
        'PAUSE hooks hold a rolling update too; rolled back after the old tasks are gone, they are started again',
      ),
    ),
    simplified(
      'An update during a rolling update replaces both older revisions.',
      'AWS shows it in `deployments[]` and does not describe it',
      PAGES.rolling,
      rolling('an update during a rolling update replaces both older revisions'),
    ),
    simplified(
      'A change of strategy during a deployment undoes the unfinished one first; the new revision goes to the other group.',
      'AWS does not say what happens',
      ecsApi('UpdateService'),
      rolling(
        'a rolling update that BLUE_GREEN supersedes is undone in its group, and the new revision goes to the other',
      ),
    ),
  ],
};

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

export const STEPPED_SHIFTS: BehaviourSection = {
  title: 'Canary and linear deployments',
  behaviours: [
    supported(
      'CANARY gives the new revision its percentage, bakes, then gives it the rest; 5 % and 10 minutes unless said otherwise.',
      PAGES.canary,
      canary(
        'shifts its percentage, then the rest; the pause before a shift comes at each of them with a hook of its own',
      ),
    ),
    supported(
      'LINEAR moves equal steps, 10 % every 6 minutes unless said otherwise; the step that reaches 100 % does not bake.',
      PAGES.linear,
      canary('shifts equal steps, the last one smaller, with a pause before each'),
    ),
    supported(
      'The new revision has all its tasks before it has any traffic: the percentage is of requests, not of tasks.',
      PAGES.canary,
      canary('has all its tasks before any traffic, and shares of a tenth of a percent'),
    ),
    supported(
      'The share is that of the live listener rule, chosen for every request by itself.',
      PAGES.canary,
      provenIn('ecs/canary-traffic.test.ts')('a canary gets its share of real requests, and CloudWatch counts them'),
    ),
    supported(
      'PRE_PRODUCTION_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT come once for every step, each time with a hook id of its own; POST_PRODUCTION_TRAFFIC_SHIFT once.',
      PAGES.pauseHooks,
      canary('shifts equal steps, the last one smaller, with a pause before each'),
    ),
    simplified(
      'At the pause before a shift, lifecycleStage says PRE_PRODUCTION_TRAFFIC_SHIFT.',
      'AWS’s text of the member lists it, the enum of its SDKs does not: clients do well to read the weights',
      ecsApi('ServiceDeployment'),
      canary('shifts equal steps, the last one smaller, with a pause before each'),
    ),
    supported(
      'requestedProductionTrafficWeight and requestedTestTrafficWeight of both revisions follow every step.',
      ecsApi('ServiceRevisionSummary'),
      canary(
        'shifts its percentage, then the rest; the pause before a shift comes at each of them with a hook of its own',
      ),
    ),
    simplified(
      'A step bakes within its PRODUCTION_TRAFFIC_SHIFT, before the pause of the next; the platform can be started with the bake after that pause.',
      'AWS documents the bake and the pause, not their order: who drives a deployment has to manage with both',
      PAGES.linear,
      canary('on a platform whose bake comes after the pause, pauses at once and waits when it is continued'),
    ),
    supported(
      'A rollback at any step sends all traffic back to the old revision, which is kept warm: by a hook, a time-out, StopServiceDeployment, an alarm or the circuit breaker.',
      PAGES.canary,
      canary('a ROLLBACK %s'),
    ),
    supported(
      'Percentages are multiples of 0.1 (canary from 0.1, linear from 3.0, both to 100.0), bakes are 0 to 1440 minutes.',
      ecsApi('CanaryConfiguration'),
      refusals('cannot be created with %s'),
    ),
    simplified(
      'canaryConfiguration and linearConfiguration are refused under another strategy, and do not outlive a change of strategy.',
      'AWS says that they are “only valid” with it, not how it refuses them, nor what becomes of one that is stored',
      ecsApi('DeploymentConfiguration'),
      canary('is filled in with AWS’s defaults, kept by updates that do not name it, and gone with its strategy'),
    ),
    simplified(
      'A canary that another deployment overtakes gives its share back first.',
      'AWS does not say what RECONCILE_SERVICE does',
      PAGES.hooks,
      canary('that another overtakes gives its share of the traffic back first'),
    ),
    notModelled(
      'The limit of 24 hours on a stage.',
      'a stage lasts as long as its bake time and its hooks take',
      PAGES.canary,
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

const breaker = provenIn('ecs/circuit-breaker.test.ts');
const alarms = provenIn('ecs/deployment-alarms.test.ts');

export const FAILURE_DETECTION: BehaviourSection = {
  title: 'Circuit breaker and deployment alarms',
  behaviours: [
    supported(
      'The circuit breaker ends a deployment at half of the desired count of failed tasks, at least 3 and at most 200.',
      PAGES.circuitBreaker,
      breaker('rolls back to the last completed deployment at the third crash, in AWS’s words'),
    ),
    supported(
      'Tasks that fail their health checks count as failed.',
      PAGES.circuitBreaker,
      breaker('counts tasks that fail their health checks; meanwhile both deployments say what goes on'),
    ),
    supported(
      'Tasks that somebody stops are no failures.',
      PAGES.circuitBreaker,
      breaker('tasks that somebody stops are no failures'),
    ),
    supported(
      'The threshold follows the desired count of the moment.',
      ecsApi('ThresholdConfiguration'),
      breaker('the threshold follows the desired count of the moment'),
    ),
    supported(
      'Without `rollback` the deployment stops where it is.',
      PAGES.circuitBreaker,
      breaker('without rollback the deployment stops where it is: the old tasks stay, no new one is started'),
    ),
    supported(
      'The circuit breaker acts on blue-green deployments too, until their bake time is over: a green that keeps failing is rolled back.',
      PAGES.failureDetection,
      breaker('rolls a blue-green deployment of a crashing image back, in AWS’s words'),
      'AWS’s API reference says rolling updates only; an acceptance test of Terraform’s provider (TestAccECSService_BlueGreenDeployment_circuitBreakerRollback) shows that AWS rolls back',
    ),
    simplified(
      'Without `rollback` a blue-green deployment that the circuit breaker ends stops where it is: blue serves, and green starts no more tasks.',
      'AWS documents it for rolling updates only',
      ecsApi('DeploymentCircuitBreaker'),
      breaker('without rollback a blue-green deployment stops where it is: blue serves, green starts no more tasks'),
    ),
    supported(
      'A deployment alarm that goes into ALARM rolls a rolling deployment back.',
      PAGES.deploymentAlarms,
      alarms('one that fires rolls back; the others are not named'),
    ),
    supported(
      'An alarm that is in ALARM when the deployment starts switches the alarms off for this deployment.',
      PAGES.deploymentAlarms,
      alarms('one in ALARM at the start switches all of them off for the whole deployment'),
    ),
    supported(
      'A deployment alarm that fires during a blue-green deployment, its bake time included, sends the traffic back.',
      PAGES.deploymentAlarms,
      alarms('one that fires %s sends the traffic back'),
    ),
    supported(
      'An alarm after the bake time changes nothing.',
      PAGES.deploymentAlarms,
      alarms('one that fires after the bake time changes nothing'),
    ),
    simplified(
      'A rolling deployment is watched for the longest evaluation range of its alarms, five minutes at most, after the last old task is gone.',
      'AWS computes the time from the alarms and does not publish how',
      PAGES.deploymentAlarms,
      alarms('are watched after the last old task is gone, for as long as they need; then the deployment is complete'),
    ),
  ],
};

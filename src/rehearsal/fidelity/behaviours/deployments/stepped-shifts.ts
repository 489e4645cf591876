import { ecsApi, PAGES } from '../../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../../behaviour.ts';

const canary = provenIn('ecs/canary.test.ts');
const refusals = provenIn('ecs/operations/service-refusals.test.ts');

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

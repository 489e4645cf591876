import { autoScalingApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const targets = provenIn('autoscaling/autoscaling.test.ts');
const policies = provenIn('autoscaling/scaling-policies.test.ts');
const managed = provenIn('autoscaling/policies/managed-alarms.test.ts');
const schedules = provenIn('autoscaling/scheduled-actions.test.ts');
const cron = provenIn('autoscaling/schedules/cron.test.ts');
const expression = provenIn('autoscaling/schedules/expression.test.ts');

export const AUTO_SCALING: BehaviourSection = {
  title: 'Application Auto Scaling',
  behaviours: [
    supported(
      'Registering a scalable target brings the service’s desired count into its range at once.',
      autoScalingApi('RegisterScalableTarget'),
      targets(
        'bring the desired count into the range at once, out and in, also while suspended, and real tasks follow',
      ),
    ),
    supported(
      'A desired count that UpdateService sets outside of the range stays until the target is registered again or a scheduled action fires.',
      PAGES.autoScaling,
      targets('a desired count set past them stays until they are registered again, even with nothing new'),
    ),
    supported(
      'A change of a scalable target keeps what it does not give, of its suspended state too.',
      autoScalingApi('RegisterScalableTarget'),
      targets('are registered with AWS’s defaults; a change keeps what it does not give'),
    ),
    supported(
      'A scheduled action sets the range and moves the desired count into it; real tasks end and start.',
      PAGES.scheduledScaling,
      schedules('sets the range and moves the desired count into it: tasks end at night and come back in the morning'),
    ),
    supported(
      'While scheduled scaling is suspended no action fires, and none is made up for afterwards.',
      PAGES.suspendedScaling,
      schedules('does nothing while scheduled scaling is suspended, and nothing is made up for afterwards'),
    ),
    supported(
      'A scheduled action that is changed keeps what is not given, except for its start and end time.',
      autoScalingApi('PutScheduledAction'),
      schedules('that is replaced fires by its new schedule only; what is not given stays, but for start and end'),
    ),
    supported(
      'Cron expressions have AWS’s six fields with ?, names, ranges, steps, L, W and #, in any time zone of the IANA database.',
      PAGES.cronExpressions,
      cron('cron(%s)'),
    ),
    supported(
      'Local times stay what they are when summer time begins and ends.',
      PAGES.scheduledCron,
      cron('keep their local times when summer time begins on 8 March 2026'),
    ),
    supported(
      'A local time that a clock change leaves out is skipped; one that comes twice counts once.',
      PAGES.schedulerDaylightSaving,
      cron('that summer time leaves out is skipped'),
      'documented for EventBridge Scheduler; Application Auto Scaling’s pages are silent',
    ),
    supported(
      'A start time is when a recurring action is first due; after its end time it is not.',
      PAGES.scheduledCron,
      expression('a start time is when a cron expression is first due; after the end time it never is'),
    ),
    simplified(
      'Schedules run by the wall clock, to the second: `--speed` does not shorten them.',
      'AWS’s fire some seconds late',
      PAGES.scheduledScaling,
      schedules('sets the range and moves the desired count into it: tasks end at night and come back in the morning'),
    ),
    supported(
      'Scaling activities tell their cause in AWS’s words, and when ECS has fulfilled them.',
      PAGES.scalingActivities,
      schedules('tells of itself in AWS’s words, with how far ECS has come'),
    ),
    supported(
      'A target tracking policy makes its two alarms and scales out in proportion to the metric, by UpdateService.',
      PAGES.targetTracking,
      policies('scales out in proportion after three minutes above the target, by real tasks'),
      'AWS’s pages show the alarms (3 minutes above, 15 below 90 %) and do not promise the numbers',
    ),
    supported(
      'During its cooldown a scale-out is followed only by a larger one; the cooldown of a scale-in blocks scale-ins.',
      PAGES.targetTrackingCooldown,
      policies('scales out again during its cooldown only for more than the first has added, and after it'),
    ),
    simplified(
      'Scale-in leaves as many tasks as the highest datapoint of the low alarm needs.',
      'AWS scales in “more gradually” and does not say how',
      PAGES.targetTracking,
      policies('scales in after fifteen minutes below nine tenths of the target, so far that the rest can do it'),
    ),
    supported(
      'Policies never leave the range, and tell why they did not scale.',
      PAGES.scalingActivities,
      policies('never goes past the range, and says why it does nothing, to those who ask for that'),
    ),
    supported(
      'Of several policies the largest capacity wins; scale-in waits until every target tracking policy is ready for it.',
      PAGES.targetTracking,
      policies('scales in only when every policy is ready to, out when one is'),
    ),
    supported(
      'Suspended scale-in or scale-out by policies does not happen.',
      PAGES.suspendedScaling,
      policies('does nothing in a direction that is suspended'),
    ),
    supported(
      'A metric without data scales nothing: a service at zero tasks is not woken by its CPU.',
      PAGES.ecsTargetTracking,
      policies('does nothing without data: a service without tasks stays at zero'),
    ),
    supported(
      'An alarm that is on brings a desired count below the range back into it, unless scale-out is suspended.',
      PAGES.ecsAutoScaling,
      policies('wakes a service that was set below its range while an alarm is on, unless it is suspended'),
    ),
    supported(
      'While a deployment runs, policies do not scale in; they do scale out, and the new revision gets the tasks too.',
      PAGES.ecsAutoScalingDeployments,
      policies('leaves a running deployment its tasks: scale-in is off until it ends, scale-out is not'),
    ),
    supported(
      'A step scaling policy acts on any alarm that has its ARN among its actions, by the size of the breach.',
      PAGES.stepScaling,
      policies('acts on an alarm that somebody gave its ARN, by the size of the breach'),
    ),
    simplified(
      '`--speed` shortens the periods of a policy’s alarms and its cooldowns, and lowers the thresholds on counts (requests per target, Sum) by as much; those of metric math stay.',
      'AWS has one speed',
      PAGES.targetTracking,
      managed('lower the thresholds of counts as far as speed shortens their minutes'),
    ),
    notModelled(
      'Predictive scaling and metrics of 20 seconds.',
      'refused by name',
      autoScalingApi('PutScalingPolicy'),
      policies('that are wrong are refused, and leave no alarm'),
    ),
  ],
};

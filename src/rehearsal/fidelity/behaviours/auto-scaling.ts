import { autoScalingApi, PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const targets = provenIn('autoscaling/autoscaling.test.ts');
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
    notModelled('Scaling policies.', 'refused by name', autoScalingApi('PutScalingPolicy')),
  ],
};

import { schedulerApi } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const scheduler = provenIn('scheduler/scheduler.test.ts');
const UNIVERSAL = 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html';

export const SCHEDULER_SERVICE: BehaviourSection = {
  title: 'EventBridge Scheduler',
  behaviours: [
    simplified(
      'A one-time schedule, at(…), calls its universal target at its time, really: an experiment is stopped.',
      'fis, ecs and rds can be called; the time until then is divided by the speed; AWS is accurate to a minute, this to its second; first letters of the input’s members may be capitals or not',
      UNIVERSAL,
      scheduler('stops an experiment at its time, named by %s, and is deleted'),
    ),
    supported(
      'With ActionAfterCompletion DELETE a schedule is gone once it has run; with NONE it stays.',
      schedulerApi('CreateSchedule'),
      scheduler('stays when it is not to be deleted, also when its call fails'),
    ),
    supported(
      'A client token makes one schedule; a name that is taken is a ConflictException.',
      schedulerApi('CreateSchedule'),
      scheduler('is made once for a client token, and its name is taken for another'),
    ),
    supported(
      'A schedule that is changed makes its new call at its new time, and not the old one.',
      schedulerApi('UpdateSchedule'),
      scheduler('calls for what it was changed to, at its new time, and no more for what it was made with'),
    ),
    simplified(
      'A time that is over is refused.',
      'AWS does not say what it does with one',
      schedulerApi('CreateSchedule'),
      scheduler('%s'),
    ),
    notModelled(
      'Rates, cron, time zones, flexible windows, groups, templated targets, retries, dead-letter queues.',
      'refused by name, but for retries and queues: their settings are kept, and the call is made once',
      schedulerApi('CreateSchedule'),
      scheduler('%s'),
    ),
  ],
};

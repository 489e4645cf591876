import { ecsApi, PAGES } from '../../aws-pages.ts';
import { type BehaviourSection, provenIn, simplified, supported } from '../../behaviour.ts';

const rolling = provenIn('ecs/rolling.test.ts');
const bounds = provenIn('ecs/plan/percent-bounds.test.ts');

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

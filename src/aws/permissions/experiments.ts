/** Permissions on FIS, and on the schedules that end what nobody else ends. */
import { anywhere, passRole } from './scope.ts';
import { READ_ALARMS } from './services.ts';
import { arnIn, type Part, type Place } from './statement.ts';

/** ARNs of the roles that are given away. */
export interface ExperimentRoles {
  readonly fis: readonly string[];
  /** Of `guards.stopRole`; empty where no experiment has one. */
  readonly stop: readonly string[];
}

/** Only what surefoot made carries these tags. */
const EXPERIMENT = 'surefoot:experiment';
const EXPIRES = 'surefoot:expires';

/** What there is, and what became of it. */
export function listExperiments(place: Place): Part[] {
  return [
    anywhere('fis:ListExperiments', 'fis:ListExperimentTemplates', 'sts:GetCallerIdentity'),
    { Action: ['fis:GetExperimentTemplate'], Resource: [arnIn(place, 'fis', 'experiment-template/*')] },
  ];
}

/**
 * To plan and to run. It may create only templates that carry surefoot's tags, and delete and start only those. FIS has no condition by
 * which a start could be kept to dry runs (service authorization reference of FIS): what starts can also inject, so this role is for a
 * runner that is trusted with that; `chaos plan --offline` needs none of it.
 */
export function runExperiments(roles: ExperimentRoles, place: Place): Part[] {
  const templates = arnIn(place, 'fis', 'experiment-template/*');
  const experiments = arnIn(place, 'fis', 'experiment/*');
  const actions = arnIn(place, 'fis', 'action/*');
  const tagged = { Null: { [`aws:RequestTag/${EXPERIMENT}`]: ['false'] } };
  // Both what a dry run and what a run makes for itself.
  const temporary = { Null: { [`aws:ResourceTag/${EXPIRES}`]: ['false'] } };
  return [
    ...listExperiments(place),
    ...stopExperiments(place),
    { Action: ['fis:CreateExperimentTemplate', 'fis:TagResource'], Resource: [templates], Condition: tagged },
    { Action: ['fis:CreateExperimentTemplate', 'fis:GetAction'], Resource: [actions] },
    { Action: ['fis:StartExperiment'], Resource: [templates], Condition: temporary },
    { Action: ['fis:StartExperiment', 'fis:TagResource'], Resource: [experiments], Condition: tagged },
    { Action: ['fis:ListExperimentResolvedTargets'], Resource: [experiments] },
    { Action: ['fis:ListTargetAccountConfigurations'], Resource: [templates] },
    { Action: ['fis:GetSafetyLever'], Resource: [arnIn(place, 'fis', 'safety-lever/*')] },
    READ_ALARMS,
    anywhere('cloudwatch:DescribeAlarmHistory', 'fis:ListActions', 'tag:GetResources'),
    passRole(roles.fis, 'fis.amazonaws.com'),
    ...(roles.stop.length === 0 ? [] : scheduleStops(roles.stop, place)),
  ];
}

/** To end what runs, and to take away what it left. */
export function stopExperiments(place: Place): Part[] {
  const temporary = { Null: { [`aws:ResourceTag/${EXPIRES}`]: ['false'] } };
  return [
    ...listExperiments(place),
    { Action: ['fis:GetExperiment', 'fis:StopExperiment'], Resource: [arnIn(place, 'fis', 'experiment/*')] },
    {
      Action: ['fis:DeleteExperimentTemplate'],
      Resource: [arnIn(place, 'fis', 'experiment-template/*')],
      Condition: temporary,
    },
  ];
}

const ofStops = (place: Place) => [arnIn(place, 'scheduler', 'schedule/default/surefoot-chaos-*')];

/** Schedules that were left are looked for and taken away. */
export function clearStops(place: Place): Part[] {
  return [anywhere('scheduler:ListSchedules'), { Action: ['scheduler:DeleteSchedule'], Resource: ofStops(place) }];
}

function scheduleStops(roles: readonly string[], place: Place): Part[] {
  return [
    ...clearStops(place),
    {
      Action: ['scheduler:CreateSchedule', 'scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      Resource: ofStops(place),
    },
    passRole(roles, 'scheduler.amazonaws.com'),
  ];
}

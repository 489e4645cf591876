/** What a stop by EventBridge Scheduler needs: of the role that Scheduler takes, and of whoever makes the schedule. */
import { arnIn, type Place, type PolicyDocument, type Statement } from './statement.ts';

/** What the role may do that Scheduler takes. */
export function stopPolicy(place: Place): PolicyDocument {
  const Resource = [arnIn(place, 'fis', 'experiment/*')];
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'FisStopExperiment', Effect: 'Allow', Action: ['fis:StopExperiment'], Resource }],
  };
}

/** Who may take that role (AWS: "Confused deputy prevention in EventBridge Scheduler"). */
export function stopTrustPolicy({ account }: Place): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  };
}

/** What surefoot needs besides, to make the schedule, to turn it to the experiment and to take it away. */
export function stopStatements(stopRole: string, place: Place): Omit<Statement, 'Sid' | 'Effect'>[] {
  return [
    {
      Action: [
        'scheduler:CreateSchedule',
        'scheduler:DeleteSchedule',
        'scheduler:GetSchedule',
        'scheduler:UpdateSchedule',
      ],
      Resource: [arnIn(place, 'scheduler', 'schedule/default/surefoot-chaos-*')],
    },
    { Action: ['scheduler:ListSchedules'], Resource: ['*'] },
    {
      Action: ['iam:PassRole'],
      Resource: [stopRole],
      Condition: { StringEquals: { 'iam:PassedToService': ['scheduler.amazonaws.com'] } },
    },
  ];
}

/** What a stop by EventBridge Scheduler needs of the role that Scheduler takes. */
import { arnIn, type Place, type PolicyDocument } from '../../../../aws/permissions/statement.ts';

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

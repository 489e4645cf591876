/** What surefoot itself needs to plan, to run and to list, in the account of the experiment. */
import type { Experiment } from '../../experiment/experiment.ts';
import { EXPERIMENT_TAG, EXPIRES_TAG } from '../../leftovers/tags.ts';
import { stopStatements } from './scheduler.ts';
import { arnIn, mergeStatements, type Place, type PolicyDocument } from './statement.ts';

/**
 * The caller's policy. It may create only templates that carry surefoot's tags, and delete and start only those. FIS has no condition by
 * which a start could be kept to dry runs (service authorization reference of FIS): what starts can also inject, so this role is for a
 * runner that is trusted with that; `--offline` needs none of it.
 */
export function callerPolicy(
  { template, guards: { stopRole } }: Pick<Experiment, 'template' | 'guards'>,
  place: Place,
): PolicyDocument {
  const templates = arnIn(place, 'fis', 'experiment-template/*');
  const experiments = arnIn(place, 'fis', 'experiment/*');
  const tagged = { Null: { [`aws:RequestTag/${EXPERIMENT_TAG}`]: ['false'] } };
  // Both what a dry run and what a run makes for itself.
  const temporary = { Null: { [`aws:ResourceTag/${EXPIRES_TAG}`]: ['false'] } };
  return {
    Version: '2012-10-17',
    Statement: mergeStatements([
      { Action: ['fis:CreateExperimentTemplate', 'fis:TagResource'], Resource: [templates], Condition: tagged },
      { Action: ['fis:CreateExperimentTemplate'], Resource: [arnIn(place, 'fis', 'action/*')] },
      { Action: ['fis:DeleteExperimentTemplate'], Resource: [templates], Condition: temporary },
      { Action: ['fis:StartExperiment'], Resource: [templates], Condition: temporary },
      { Action: ['fis:StartExperiment', 'fis:TagResource'], Resource: [experiments], Condition: tagged },
      { Action: ['fis:StopExperiment'], Resource: [experiments] },
      {
        Action: [
          'fis:GetAction',
          'fis:GetExperiment',
          'fis:GetExperimentTemplate',
          'fis:GetSafetyLever',
          'fis:ListActions',
          'fis:ListExperimentResolvedTargets',
          'fis:ListExperimentTemplates',
          'fis:ListExperiments',
          'fis:ListTargetAccountConfigurations',
          'cloudwatch:DescribeAlarmHistory',
          'cloudwatch:DescribeAlarms',
          'ecs:DescribeServices',
          'ecs:DescribeTaskDefinition',
          'ecs:DescribeTasks',
          'ecs:ListTasks',
          'sts:GetCallerIdentity',
          'tag:GetResources',
        ],
        Resource: ['*'],
      },
      {
        Action: ['iam:PassRole'],
        Resource: [template.roleArn],
        Condition: { StringEquals: { 'iam:PassedToService': ['fis.amazonaws.com'] } },
      },
      ...(stopRole === undefined ? [] : stopStatements(stopRole, place)),
    ]),
  };
}

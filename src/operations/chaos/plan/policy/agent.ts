/** What the SSM agent beside an application needs to register its task (AWS: "Use the AWS FIS aws:ecs:task actions", requirements). */
import {
  mergeStatements,
  type Place,
  type PolicyDocument,
  partitionOf,
} from '../../../../aws/permissions/statement.ts';

/** Of the task role: the name of the role that it passes is the sidecar's own setting. */
export function agentPolicy({ region, account }: Place): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: mergeStatements([
      { Action: ['ssm:CreateActivation', 'ssm:AddTagsToResource'], Resource: ['*'] },
      {
        Action: ['iam:PassRole'],
        Resource: [`arn:${partitionOf(region)}:iam::${account}:role/MANAGED_INSTANCE_ROLE_NAME`],
        Condition: { StringEquals: { 'iam:PassedToService': ['ssm.amazonaws.com'] } },
      },
    ]),
  };
}

/** Of the role that the registered task takes: it clears away after itself when the task ends. */
export const LEAVING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: mergeStatements([
    { Action: ['ssm:DeleteActivation'], Resource: ['*'] },
    { Action: ['ssm:DeregisterManagedInstance'], Resource: ['*'] },
  ]),
};

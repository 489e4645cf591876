/** Actions that are calls of another service's API, or that cannot be on this platform. */
import { DONE, type FaultAction, FaultFailure } from '../faults/fault-action.ts';
import { dependentFailure } from './failure.ts';

/**
 * `aws:rds:reboot-db-instances`: RDS's RebootDBInstance on each database, with forceFailover into the standby's zone.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#rds-actions-reference
 */
export const rebootDbInstances: FaultAction = {
  async start(targets, { forceFailover = 'false' }, { call, actionName }) {
    for (const { arn } of targets.get('DBInstances') ?? []) {
      // arn:aws:rds:region:account:db:name
      const request = { DBInstanceIdentifier: arn.split(':').at(-1), ForceFailover: /^true$/i.test(forceFailover) };
      await call('rds', 'RebootDBInstance', request).catch((error: unknown) => {
        throw dependentFailure(error, actionName);
      });
    }
    return DONE;
  },
};

/** `aws:ecs:drain-container-instances`: "drains EC2 container instances", of which a cluster on Fargate has none. */
export const drainContainerInstances: FaultAction = {
  async start(targets, _, { actionName }) {
    const arns = (targets.get('Clusters') ?? []).map(({ arn }) => arn).join(', ');
    throw new FaultFailure(
      'InvalidTarget',
      actionName,
      `${arns} has no container instances to drain: its tasks run on Fargate. Use aws:ecs:stop-task on a share of its tasks instead.`,
    );
  },
};

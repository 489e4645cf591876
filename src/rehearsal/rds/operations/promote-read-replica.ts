import { type Operation, operation } from '../../wire/operation.ts';
import type { RdsContext } from '../context.ts';
import { invalidState } from '../errors.ts';
import { operationSchema } from '../schemas.ts';
import type { DBInstanceResult, PromoteReadReplicaMessage } from '../types.ts';

/** RDS PromoteReadReplica: makes a standalone instance out of a read replica. Answers at once, with the status `modifying`. */
export function promoteReadReplica({ instances, faults, inBackground }: RdsContext): Operation {
  return operation<PromoteReadReplicaMessage, DBInstanceResult>({
    schema: operationSchema('PromoteReadReplica'),
    supports: ['DBInstanceIdentifier'],
    inert: {
      BackupRetentionPeriod: 'there are no automated backups',
      PreferredBackupWindow: 'there are no automated backups',
    },
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html',
    handle: ({ DBInstanceIdentifier: identifier }) => {
      const instance = instances.find(identifier);
      if (instance.kind !== 'replica' || !instance.replica.replicating) {
        throw invalidState(`DB instance ${instance.name} is not a read replica.`);
      }
      if (instance.replica.status !== 'available') {
        throw invalidState(`Instance ${instance.name} is not in available state.`);
      }
      inBackground(faults.promote(instance.name));
      return { DBInstance: instances.render(instance) };
    },
  });
}
